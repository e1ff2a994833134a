interface FailureRow {
  /** What the body says; the HTTP status is another matter, see `httpStatus`. */
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
  /** @default 400, because the Storage API hides nearly every client error behind it. */
  readonly httpStatus?: number;
}

/** Every failure these routes can answer with, by the name used in code. Several share one wire `code`. */
const failures = {
  AccessDenied: { statusCode: 403, error: 'Unauthorized', message: 'Access denied' },
  InvalidRole: { statusCode: 403, error: 'Unauthorized', message: 'Access denied: Invalid role', httpStatus: 403 },
  BucketAlreadyExists: { statusCode: 409, error: 'Duplicate', message: 'The resource already exists' },
  DatabaseError: { statusCode: 500, error: 'DatabaseError', message: 'database error', httpStatus: 500 },
  DatabaseTimeout: {
    statusCode: 544,
    error: 'DatabaseTimeout',
    message: 'The database took too long',
    httpStatus: 544,
  },
  EntityTooLarge: {
    statusCode: 413,
    error: 'Payload too large',
    message: 'The object exceeded the maximum allowed size',
  },
  FeatureNotEnabled: { statusCode: 409, error: 'FeatureNotEnabled', message: 'This kind of bucket is not available' },
  InternalError: { statusCode: 500, error: 'InternalError', message: 'Internal server error', httpStatus: 500 },
  InvalidBucketName: { statusCode: 400, error: 'Invalid Input', message: 'Bucket name invalid' },
  InvalidJWT: { statusCode: 400, error: 'InvalidJWT', message: 'Invalid token' },
  InvalidKey: {
    statusCode: 400,
    error: 'InvalidKey',
    message: 'Invalid key: use letters, digits, / and the signs S3 allows',
  },
  InvalidMimeType: { statusCode: 415, error: 'invalid_mime_type', message: 'This mime type is not supported' },
  InvalidParameter: { statusCode: 400, error: 'InvalidParameter', message: 'Invalid parameter' },
  InvalidRange: { statusCode: 416, error: 'invalid_range', message: 'Range not satisfiable', httpStatus: 416 },
  InvalidRequest: { statusCode: 400, error: 'Error', message: 'Invalid request' },
  InvalidSignature: { statusCode: 400, error: 'InvalidSignature', message: 'The token was made for another address' },
  KeyAlreadyExists: { statusCode: 409, error: 'Duplicate', message: 'The resource already exists' },
  MissingParameter: { statusCode: 400, error: 'MissingParameter', message: 'No CDN endpoint is configured' },
  NoContentProvided: { statusCode: 400, error: 'InvalidRequest', message: 'The form holds no file' },
  NoSuchBucket: { statusCode: 404, error: 'Bucket not found', message: 'Bucket not found' },
  NoSuchKey: { statusCode: 404, error: 'not_found', message: 'Object not found' },
  NotJson: { statusCode: 400, error: 'FastifyError', message: 'The body is not valid JSON' },
  RelatedNotFound: { statusCode: 404, error: 'InvalidRequest', message: 'The related resource does not exist' },
  ResourceAlreadyExists: { statusCode: 409, error: 'Duplicate', message: 'The resource already exists' },
  ResourceNotEmpty: {
    statusCode: 409,
    error: 'ResourceNotEmpty',
    message: 'The bucket you tried to delete is not empty',
  },
  SlowDown: { statusCode: 429, error: 'SlowDown', message: 'Too many database connections', httpStatus: 429 },
} as const satisfies Record<string, FailureRow>;

/** Names of the rows above. */
export type StorageFailureName = keyof typeof failures;

/** Rows whose wire code is not their name. */
const wireCodes: Partial<Record<StorageFailureName, string>> = {
  InvalidRole: 'AccessDenied',
  NoContentProvided: 'InvalidRequest',
  NotJson: 'InvalidRequest',
  RelatedNotFound: 'InvalidRequest',
};

/** Thrown inside a request, so that its transaction rolls back; turned into the answer at the edge of the routes. */
export class StorageFailure extends Error {
  readonly code: string;
  readonly row: FailureRow;

  constructor(name: StorageFailureName, message?: string) {
    super(message ?? failures[name].message);
    this.code = wireCodes[name] ?? name;
    this.row = failures[name];
  }
}
