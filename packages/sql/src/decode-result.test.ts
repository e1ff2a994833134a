import { decodeResult } from './decode-result.js';
import { parseExactJson, UnreadableAnswer } from './exact-json.js';

const typesIn = (members: string): readonly string[] =>
  decodeResult(parseExactJson(`{"names":{"a":null,"b":null},${members},"rows":[]}`)).columns.map(({ type }) => type);

const hex = (json: string): string => Buffer.from(json).toString('hex');

test.each([
  ['numbers of built-in types', '"types":"00000014ffffffff000003f8ffffffff"', ['bigint', 'bigint[]']],
  [
    'a type that the database named',
    `"types":"00000017ffffffff00004002ffffffff","others":"<row xmlns:xsi=\\"x\\">\\n <types>${hex('[["00004002","mood",null]]')}</types>\\n</row>"`,
    ['integer', 'mood'],
  ],
  [
    'a type that the database named, as earlier versions recorded it',
    '"types":"00000017ffffffff00004002ffffffff","others":[["00004002","mood",null]]',
    ['integer', 'mood'],
  ],
  [
    'names that the database gave although we know the numbers',
    '"types":"00000017ffffffff00000017ffffffff","others":[["00000017","other",null]]',
    ['other', 'other'],
  ],
  ['a number that nobody named', '"types":"00000017ffffffff00001fffffffffff"', ['integer', 'unknown']],
  [
    'names alone, as earlier versions recorded them',
    '"types":[["integer",null],["cents","bigint"]]',
    ['integer', 'cents'],
  ],
])('%s', (_name, members, types) => {
  expect(typesIn(members)).toEqual(types);
});

test('a domain is read as what it stands on', () => {
  const json =
    '{"names":{"a":null},"types":"00004003ffffffff","others":[["00004003","cents","bigint"]],"rows":[{"a":1}]}';
  expect(decodeResult(parseExactJson(json)).rows).toEqual([{ a: 1n }]);
});

test.each([
  ['fewer types than names', '"types":"00000014ffffffff"'],
  ['types of another form', '"types":"00000017ffffffff0000001gffffffff"'],
  ['no types', '"count":true'],
  ['names that are no hexadecimal digits', '"types":"00000017ffffffff00000017ffffffff","others":"<types>x</types>"'],
  ['a name without a number', '"types":"00000017ffffffff00000017ffffffff","others":[[1,"x"]]'],
])('%s cannot be read', (_name, members) => {
  expect(() => typesIn(members)).toThrow(UnreadableAnswer);
});
