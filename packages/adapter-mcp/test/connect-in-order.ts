import type { McpConnector } from '../src/index.js';

/** Opens the first connector at the first start, the second at the next, and the last for good. */
export const connectInOrder = (...connectors: readonly [McpConnector, ...McpConnector[]]): McpConnector => {
  let starts = 0;
  return {
    open: (signal) => {
      const at = Math.min(starts, connectors.length - 1);
      starts += 1;
      return (connectors[at] ?? connectors[0]).open(signal);
    },
  };
};
