/** What is wrong with a stream. */
export type FrameFault = 'garbled' | 'too-large';

/** Every type of message a server may send once a session is open; after its letter come four bytes of length. */
const messageTypes = new Set(Buffer.from('123ACDEGHINRSTVWZcdnstv'));
const headerBytes = 5;
/** The server itself allocates no more for one message; letters of another protocol read as more. */
const largestMessageBytes = 0x3fff_ffff;

/** Reads the headers of the server's messages, and only those, as the bytes arrive. */
export class FrameWatch {
  readonly #header = Buffer.alloc(headerBytes);
  #headerLength = 0;
  #bodyLeft = 0;
  #answerBytes = 0;
  #limitBytes = Infinity;

  /** From here on an answer may have this many bytes. */
  startAnswer(limitBytes: number): void {
    this.#answerBytes = 0;
    this.#limitBytes = limitBytes;
  }

  /** The first fault of the stream, as soon as a header shows it: a large message is refused before it arrives. */
  push(chunk: Uint8Array): FrameFault | undefined {
    for (let at = 0; at < chunk.length;) {
      if (this.#bodyLeft > 0) {
        const step = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= step;
        at += step;
        continue;
      }
      this.#header[this.#headerLength++] = chunk[at++] ?? 0;
      const fault = this.#headerLength === headerBytes ? this.#readHeader() : undefined;
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #readHeader(): FrameFault | undefined {
    const length = this.#header.readInt32BE(1);
    this.#headerLength = 0;
    if (length < 4 || length > largestMessageBytes || !messageTypes.has(this.#header[0] ?? 0)) return 'garbled';
    this.#bodyLeft = length - 4;
    this.#answerBytes += length + 1;
    return this.#answerBytes > this.#limitBytes ? 'too-large' : undefined;
  }
}
