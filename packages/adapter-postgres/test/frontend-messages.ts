/** A message of a client: `startup`, `ssl` and `cancel` have no letter of their own. */
export interface FrontendMessage {
  readonly type: string;
  readonly bytes: Buffer;
}

const codes: Readonly<Record<number, string>> = { 80_877_103: 'ssl', 80_877_102: 'cancel' };

/** Cuts what a client sends into messages. */
export class FrontendMessages {
  #kept: Buffer = Buffer.alloc(0);
  #isOpen = false;

  push(chunk: Buffer): readonly FrontendMessage[] {
    this.#kept = Buffer.concat([this.#kept, chunk]);
    const messages: FrontendMessage[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) messages.push(next);
    return messages;
  }

  #next(): FrontendMessage | undefined {
    const at = this.#isOpen ? 1 : 0;
    if (this.#kept.length < at + 4) return undefined;
    const end = at + this.#kept.readInt32BE(at);
    if (this.#kept.length < end) return undefined;
    const bytes = this.#kept.subarray(0, end);
    this.#kept = this.#kept.subarray(end);
    return { type: this.#isOpen ? String.fromCharCode(bytes[0] ?? 0) : this.#first(bytes), bytes };
  }

  #first(bytes: Buffer): string {
    const type = codes[bytes.readInt32BE(4)] ?? 'startup';
    this.#isOpen = type === 'startup';
    return type;
  }
}
