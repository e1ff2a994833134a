/** The hosted service takes exactly this much in every request of a resumable upload but the last. */
export const chunkBytes = 6 * 1024 * 1024;
