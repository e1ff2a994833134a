import { redact } from './redact.js';

/** Keeps the end of what a server wrote to stderr: the only explanation of a failed start. */
export interface LastWords {
  add(chunk: string): void;
  /** One line without stack frames and secrets, at most 400 characters. */
  text(): string;
}

const keptCharacters = 8192;
const quotedCharacters = 400;

/** Memory stays bounded however much the server writes. */
export const createLastWords = (secrets: readonly string[]): LastWords => {
  let kept = '';
  return {
    add(chunk) {
      kept = (kept + chunk).slice(-keptCharacters);
    },
    text() {
      const lines = redact(kept, secrets).split('\n').filter(isReason);
      return lines.join(' ').replace(/\s+/g, ' ').trim().slice(-quotedCharacters);
    },
  };
};

// Stack frames and lone brackets say where, never why.
const isReason = (line: string): boolean => !/^\s*at\s/.test(line) && /[A-Za-z]/.test(line);
