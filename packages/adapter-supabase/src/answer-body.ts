/** The bytes of an answer: a stream has this shape, and so has what arrived as a whole. */
export interface AnswerBody {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
  cancel(): Promise<void>;
}

/** A body that is here already: a stream of one piece would cost more than all the rest of a small download. */
export const wholeBody = (bytes: Uint8Array): AnswerBody => {
  let isRead = bytes.byteLength === 0;
  const cancel = async (): Promise<void> => undefined;
  const read = async () => {
    if (isRead) return { done: true };
    isRead = true;
    return { done: false, value: bytes };
  };
  return { getReader: () => ({ read, cancel }), cancel };
};
