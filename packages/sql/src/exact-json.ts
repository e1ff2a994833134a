/** A number as its digits: JSON.parse would round it. */
export class ExactNumber {
  constructor(readonly text: string) {}
}

/** An object as its members in order, a name that occurs twice included. */
export class ExactObject {
  constructor(readonly members: readonly (readonly [name: string, value: ExactJson])[]) {}
}

/** JSON without any loss. */
export type ExactJson = null | boolean | string | ExactNumber | ExactObject | readonly ExactJson[];

/** What was read is no JSON, or not the JSON that was agreed. Never leaves this package. */
export class UnreadableAnswer extends Error {}

/** Reads JSON without losing digits, order or repeated names. Throws {@link UnreadableAnswer}. */
export function parseExactJson(text: string): ExactJson {
  const reader = new Reader(text);
  const value = reader.value(0);
  if (!reader.atEnd()) throw new UnreadableAnswer('text after the end');
  return value;
}

/** Deeper documents would exhaust the stack. */
const maxDepth = 1_000;

class Reader {
  readonly #space = /[ \t\n\r]*/y;
  readonly #number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  #at = 0;

  constructor(readonly text: string) {}

  atEnd(): boolean {
    this.#skip();
    return this.#at === this.text.length;
  }

  value(depth: number): ExactJson {
    if (depth > maxDepth) throw new UnreadableAnswer('nested too deep');
    this.#skip();
    const first = this.text[this.#at];
    if (first === '{') return new ExactObject(this.#list('}', () => this.#member(depth)));
    if (first === '[') return this.#list(']', () => this.value(depth + 1));
    if (first === '"') return this.#text();
    if (first === 't') return this.#word('true', true);
    if (first === 'f') return this.#word('false', false);
    if (first === 'n') return this.#word('null', null);
    return new ExactNumber(this.#take(this.#number));
  }

  #member(depth: number): readonly [string, ExactJson] {
    this.#skip();
    const name = this.#text();
    this.#expect(':');
    return [name, this.value(depth + 1)];
  }

  #list<T>(end: string, next: () => T): readonly T[] {
    const items: T[] = [];
    this.#at += 1;
    this.#skip();
    if (this.text[this.#at] === end) return this.#after(items);
    for (;;) {
      items.push(next());
      this.#skip();
      if (this.text[this.#at] === end) return this.#after(items);
      this.#expect(',');
    }
  }

  #after<T>(items: readonly T[]): readonly T[] {
    this.#at += 1;
    return items;
  }

  #text(): string {
    if (this.text[this.#at] !== '"') throw new UnreadableAnswer('no string');
    const start = this.#at;
    this.#at = this.#closingQuote(start + 1) + 1;
    const literal = this.text.slice(start, this.#at);
    if (!literal.includes('\\')) return literal.slice(1, -1);
    const text: unknown = parsedOrUndefined(literal);
    if (typeof text !== 'string') throw new UnreadableAnswer('no string');
    return text;
  }

  // No pattern: one with alternatives would exhaust the stack on a very long string.
  #closingQuote(from: number): number {
    for (let at = this.text.indexOf('"', from); at !== -1; at = this.text.indexOf('"', at + 1)) {
      let slashes = 0;
      while (at - slashes > from && this.text[at - slashes - 1] === '\\') slashes += 1;
      if (slashes % 2 === 0) return at;
    }
    throw new UnreadableAnswer('no closing quote');
  }

  #word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.#at)) throw new UnreadableAnswer('no value');
    this.#at += word.length;
    return value;
  }

  #expect(character: string): void {
    this.#skip();
    if (this.text[this.#at] !== character) throw new UnreadableAnswer(`no ${character}`);
    this.#at += 1;
  }

  #skip(): void {
    this.#space.lastIndex = this.#at;
    this.#space.test(this.text);
    this.#at = this.#space.lastIndex;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined || found === '') throw new UnreadableAnswer('no value');
    this.#at = pattern.lastIndex;
    return found;
  }
}

function parsedOrUndefined(literal: string): unknown {
  try {
    return JSON.parse(literal);
  } catch {
    return undefined;
  }
}
