/** The two sides of a comparison. */
export interface Sides {
  readonly ours: () => Promise<readonly number[]>;
  readonly peer: () => Promise<readonly number[]>;
}

type Ask = () => Promise<unknown>;

/**
 * Times the calls of both sides in turn, one by one, so that a busy moment of the machine hits neighbours and not a
 * whole side. Each round uses the next pair of those given. Whichever side is asked first runs both, and the other
 * is given what was measured for it then.
 */
export const alternately = (calls: number, ours: readonly Ask[], peers: readonly Ask[]): Sides => {
  let round = 0;
  let kept: { readonly side: 'ours' | 'peer'; readonly samples: readonly number[] } | undefined;

  const runBoth = async (): Promise<{ readonly ours: readonly number[]; readonly peer: readonly number[] }> => {
    const ask = { ours: ours[round % ours.length], peer: peers[round % peers.length] };
    round += 1;
    const samples: { readonly ours: number[]; readonly peer: number[] } = { ours: [], peer: [] };
    for (let done = 0; done < calls; done += 1) {
      const order = done % 2 === 0 ? (['ours', 'peer'] as const) : (['peer', 'ours'] as const);
      for (const side of order) {
        const startMs = performance.now();
        await ask[side]?.();
        samples[side].push(performance.now() - startMs);
      }
    }
    return samples;
  };

  const side = (name: 'ours' | 'peer', other: 'ours' | 'peer') => async (): Promise<readonly number[]> => {
    if (kept?.side === name) {
      const { samples } = kept;
      kept = undefined;
      return samples;
    }
    const both = await runBoth();
    kept = { side: other, samples: both[other] };
    return both[name];
  };

  return { ours: side('ours', 'peer'), peer: side('peer', 'ours') };
};
