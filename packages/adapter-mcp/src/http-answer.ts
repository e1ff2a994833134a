import { z } from 'zod';

const message = z.looseObject({ id: z.union([z.string(), z.number()]) });
/** An answer of the server, with the number of its request. */
export type AnswerMessage = z.infer<typeof message>;

/** The answers in the body of a reply: one JSON text, a list of them, or a stream of events that has ended. */
export const answersIn = (text: string, contentType: string): readonly AnswerMessage[] => {
  const isStream = contentType.startsWith('text/event-stream');
  const values = isStream ? eventsIn(text).map(parseJson) : [parseJson(text)].flat();
  return values.flatMap((value) => {
    const parsed = message.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
};

// https://html.spec.whatwg.org/multipage/server-sent-events.html: an event ends with an empty line, its data may have several.
const eventsIn = (text: string): readonly string[] =>
  text
    .replace(/\r\n?/g, '\n')
    .split('\n\n')
    .map((event) =>
      event
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice('data:'.length).replace(/^ /, ''))
        .join('\n'),
    )
    .filter((data) => data !== '');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
