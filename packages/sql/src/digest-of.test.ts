import { digestOf } from './digest-of.js';

test('a digest is hex, of the texts and of where they end', () => {
  expect(digestOf(['select 1'])).toMatchInlineSnapshot(
    `"dbb7d956488457493aa861c553192eb7b4db8fe7080d30abacd0af9aca90b011"`,
  );
  expect(digestOf(['ab', 'c'])).not.toBe(digestOf(['a', 'bc']));
  expect(digestOf([])).not.toBe(digestOf(['']));
});
