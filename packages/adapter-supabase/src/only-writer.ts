import { err, type Result } from 'neverthrow';
import { refusal, type Failure } from './failure.js';
import { createKeyLanes } from './key-lanes.js';
import type { UploadPositions } from './upload-positions.js';

/** Runs work as the only writer of a place: after earlier work of this layer, and not beside that of another process. */
export type OnlyWriter = <T>(place: string, work: () => Promise<Result<T, Failure>>) => Promise<Result<T, Failure>>;

/** Makes the {@link OnlyWriter}: two writers on one key would leave it to chance whose bytes stay. */
export const createOnlyWriter = ({ hold }: Pick<UploadPositions, 'hold'>): OnlyWriter => {
  const lanes = createKeyLanes();
  return (place, work) =>
    lanes.alone(place, async () => {
      const release = await hold(place).catch((cause: unknown) => ({ ...noPosition, cause }));
      if (release === undefined) return err(underWay);
      if (typeof release !== 'function') return err(release);
      try {
        return await work();
      } finally {
        await release().catch(() => undefined);
      }
    });
};

/** The failure of an upload that could not keep where it is. */
export const noPosition: Failure = {
  ...refusal('The place of unfinished uploads could not be used.', 'Check that `stateDirectory` can be written to.'),
  kind: 'failed',
};

const underWay: Failure = {
  kind: 'unavailable',
  effect: 'none',
  code: 'UploadUnderWay',
  message: 'Another process is writing to the same place.',
  hint: 'Wait until it has ended.',
};
