import type { LayerError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { brokenAnswer } from './lost-answer.js';

/** The one text of an answer: the column `hybrid` of the only row of the last result. */
export const readCell = (layer: string, answer: unknown, maxReplyBytes: number): Result<string, LayerError> => {
  const rows: unknown = memberOf([answer].flat().at(-1), 'rows');
  const cell = Array.isArray(rows) && rows.length === 1 ? memberOf(rows[0], 'hybrid') : undefined;
  if (typeof cell !== 'string') return err(brokenAnswer(layer, 'garbled'));
  return cell.length > maxReplyBytes ? err(brokenAnswer(layer, 'too-large')) : ok(cell);
};

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
