export type { IndependentRows } from './independent-query.js';
export type { LocalStackError, LocalStackErrorKind } from './local-stack-error.js';
export type { LocalStackOptions } from './local-stack-options.js';
export { startLocalStack, type LocalStack } from './start-local-stack.js';
