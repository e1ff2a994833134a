import type { Call, InputOf, LayerError, LayerResult, OperationName, OutputOf } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';

/** What a fake answers: an output, or a result where it has to fail or to wait. Called when the effect takes place. */
export type FakeAnswer<N extends OperationName> = (
  input: InputOf<N>,
  call: Call,
) => OutputOf<N> | Result<OutputOf<N>, LayerError> | LayerResult<OutputOf<N>>;

/** Answers by operation. A port with one answer is there as a whole: the rest of its operations is lacking. */
export type FakeAnswers = { readonly [N in OperationName]?: FakeAnswer<N> };
