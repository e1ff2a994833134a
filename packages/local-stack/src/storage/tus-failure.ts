const failures = {
  finished: [409, 'The upload is finished already\n'],
  gone: [410, 'The upload has expired: start a new one\n'],
  missing: [404, 'The upload was not found: start a new one\n'],
  noMetadata: [400, 'Upload-Metadata must hold bucketName and objectName\n'],
  tooLarge: [413, 'Maximum size exceeded\n'],
} as const;

/** A refusal of the upload protocol: unlike the rest of the Storage API, its real HTTP status and plain text. */
export class TusFailure extends Error {
  /** Both are read by @tus/server. */
  readonly status_code: number;
  readonly body: string;

  constructor(name: keyof typeof failures) {
    const [status, text] = failures[name];
    super(text);
    this.status_code = status;
    this.body = text;
  }
}
