/** The body of a download as the client gives it; an empty object has none. */
export const streamOf = (data: unknown): ReadableStream<Uint8Array> | undefined =>
  data instanceof ReadableStream ? data : data === null ? new Blob([]).stream() : undefined;
