import { databaseFailure } from './database-failure.js';
import { StorageFailure } from './storage-failure.js';

/** The Storage API's error envelope for whatever was thrown; an unknown fault tells nothing of itself. */
export function failureResponse(thrown: unknown): Response {
  const failure = thrown instanceof StorageFailure ? thrown : databaseFailure(thrown);
  const { statusCode, error, httpStatus = 400 } = failure.row;
  const body = { statusCode: String(statusCode), error, message: failure.message, code: failure.code };
  return Response.json(body, { status: httpStatus });
}

/** What the framework says of a route that is not there, or of one that is switched off. */
export function unknownRoute(): Response {
  const body = { statusCode: 404, error: 'Not Found', message: 'Route not found', code: 'InvalidRequest' };
  return Response.json(body, { status: 404 });
}

/** What the framework says of an address whose percent signs mean nothing; its `statusCode` is a number. */
export function badUrl(): Response {
  const body = { statusCode: 400, error: 'Bad Request', message: 'The URL is not valid', code: 'FST_ERR_BAD_URL' };
  return Response.json(body, { status: 400 });
}
