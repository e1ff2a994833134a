/** A request as it reached the network. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
}

/** What a request is answered with. */
export type Answer = (request: SeenRequest) => Response | Promise<Response>;

/** A network that answers by script: the first answer whose route begins the request's path and method. */
export const scriptedFetch = (
  answers: Readonly<Record<string, Answer>>,
): { readonly fetch: typeof fetch; readonly seen: SeenRequest[]; readonly origins: string[] } => {
  const seen: SeenRequest[] = [];
  const origins: string[] = [];
  return {
    seen,
    origins,
    fetch: async (input, init = {}) => {
      const { origin, pathname, search } = new URL(String(input instanceof Request ? input.url : input));
      const request = {
        method: init.method ?? 'GET',
        path: `${pathname.replace('/storage/v1', '')}${search}`,
        headers: new Headers(init.headers),
        signal: init.signal ?? undefined,
      };
      seen.push(request);
      origins.push(origin);
      if (init.body instanceof ReadableStream) for await (const chunk of init.body) void chunk;
      const name = Object.keys(answers).find((route) => `${request.method} ${request.path}`.startsWith(route));
      const answer = name === undefined ? undefined : answers[name];
      if (answer === undefined)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('?'), { code: 'ECONNREFUSED' }) });
      return answer(request);
    },
  };
};

/** A JSON answer. */
export const json = (value: unknown, init: ResponseInit = {}): Response => Response.json(value, init);
