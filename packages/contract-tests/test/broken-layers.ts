import { layerError } from '@hybrid-supabase/core';
import { ok } from 'neverthrow';
import { createTestCall } from '../src/index.js';
import { endless, everywhere, failed, members, rewrite, type BreakLayer } from './break-layer.js';
import { secret } from './open-fake-harness.js';

/** A layer that is broken on purpose, and the rule that it breaks most plainly. */
export interface BrokenLayer {
  readonly breaks: string;
  readonly by: BreakLayer;
}

const stop = { kind: 'cancelled', layer: 'fake', effect: 'none', message: 'Stopped.' } as const;

/** Layers by what they do wrong: one table, long as it is, because its rows are read side by side. A new case of the contract comes with a new row. */
export const brokenLayers: Readonly<Record<string, BrokenLayer>> = {
  'has a name that nobody could type': {
    breaks: 'says who it is: contract, name, authority and what it stands on',
    by: members(() => ({ name: 'The Fake Layer' })),
  },
  'stands on nothing': {
    breaks: 'says who it is: contract, name, authority and what it stands on',
    by: members(() => ({ sharedFate: [] })),
  },
  'has half a port': {
    breaks: 'has each of its ports whole',
    by: members(({ layer }) => {
      const buckets = { ...layer.ports.buckets };
      Reflect.deleteProperty(buckets, 'empty');
      return { ports: Object.assign({ ...layer.ports }, { buckets }) };
    }),
  },
  'lacks what it has no port for': {
    breaks: 'answers what it lacks as unsupported and sends nothing',
    by: members(({ layer }) => ({ lacks: { ...layer.lacks, 'files.upload': 'No tool moves bytes.' } })),
  },
  'sends what it lacks': {
    breaks: 'answers what it lacks as unsupported and sends nothing',
    by: everywhere(async (next, call, name, { layer }) => {
      if (layer.lacks[name] !== undefined) await layer.probe(call);
      return next();
    }),
  },
  'serves what it lacks': {
    breaks: 'answers what it lacks as unsupported and sends nothing',
    by: everywhere(async (next, _call, name, { layer }) => (layer.lacks[name] === undefined ? next() : ok(undefined))),
  },
  'answers nothing': {
    breaks: 'answers every sample, and rightly',
    by: everywhere(async (next) => (await next()).map(() => undefined)),
  },
  'gives a bare value': {
    breaks: 'answers every sample, and rightly',
    by: members(({ layer }) => {
      const config = { ...layer.ports.config };
      Reflect.set(config, 'get', async () => ({ fileSizeLimit: 1 }));
      return { ports: Object.assign({ ...layer.ports }, { config }) };
    }),
  },
  'sends everything twice': {
    breaks: 'sends the requests an attempt takes and no more',
    by: everywhere(async (next) => {
      const first = await next();
      await next();
      return first;
    }),
  },
  'adds up when it runs again': {
    breaks: 'leaves the same behind when an idempotent operation runs again',
    by: (sound) => {
      let runs = 0;
      const counted = everywhere(async (next, _call, name) => {
        const result = await next();
        return name === 'config.update'
          ? result.map((value) => Object.assign({}, value, { runs: (runs += 1) }))
          : result;
      });
      return counted(sound);
    },
  },
  'is never well': {
    breaks: 'proves by its probe that it can serve',
    by: members(() => ({ probe: () => failed(layerError({ ...stop, kind: 'unavailable' })) })),
  },
  'is always well': {
    breaks: 'says by its probe when it cannot serve',
    by: members(() => ({ probe: async () => ok(undefined) })),
  },
  'sends first and looks at the signal afterwards': {
    breaks: 'sends nothing when already cancelled',
    by: everywhere(async (next, call) => {
      if (!call.signal.aborted) return next();
      await next(endless(call));
      return failed(layerError(stop));
    }),
  },
  'probes although it was cancelled': {
    breaks: 'sends nothing when already cancelled',
    by: members(({ layer }) => ({ probe: () => layer.probe(createTestCall()) })),
  },
  'never looks at the signal': {
    breaks: 'stops waiting when cancelled, and owns up that the work may be done',
    by: everywhere((next, call) => next(endless(call))),
  },
  'looks at the signal only before it sends': {
    breaks: 'stops waiting when cancelled, and owns up that the work may be done',
    by: everywhere((next, call) => next(call.signal.aborted ? call : endless(call))),
  },
  'takes a deadline for a cancel': {
    breaks: 'tells a passed deadline from a cancel',
    by: rewrite((error) => layerError({ ...error, kind: error.kind === 'timed-out' ? 'cancelled' : error.kind })),
  },
  'takes a deadline that has passed already for a cancel': {
    breaks: 'sends nothing when the deadline has already passed',
    by: rewrite((error) =>
      layerError({ ...error, kind: error.kind === 'timed-out' && error.effect === 'none' ? 'cancelled' : error.kind }),
    ),
  },
  'says that nothing ever happened': {
    breaks: 'reports a backend that dies in mid-call',
    by: rewrite((error) => layerError({ ...error, effect: 'none' })),
  },
  'doubts even a closed door': {
    breaks: 'reports an unreachable backend, where nothing can have happened',
    by: rewrite((error) => layerError({ ...error, effect: 'unknown' })),
  },
  'uses one kind for all': {
    breaks: 'reports an unreachable backend, where nothing can have happened',
    by: rewrite((error) => layerError({ ...error, kind: 'unexpected' })),
  },
  'loses the cause': {
    breaks: 'keeps the cause of an unreachable backend and says what to do about it',
    by: rewrite(({ cause: _lost, ...error }) => layerError(error)),
  },
  'gives no hint': {
    breaks: 'keeps the cause of an unreachable backend and says what to do about it',
    by: rewrite(({ hint: _lost, ...error }) => layerError(error)),
  },
  'knocks three times at a closed door': {
    breaks: 'knocks once at a closed door',
    by: (sound) => {
      let knocks = 0;
      const knocking = everywhere(async (next) => {
        const result = await next();
        if (result.isErr() && result.error.kind === 'unavailable') knocks += 3;
        return result;
      });
      return { ...knocking(sound), sent: () => sound.sent() + knocks };
    },
  },
  'answers undefined for what it cannot read': {
    breaks: 'reports an answer that it cannot read',
    by: everywhere(async (next) => {
      const result = await next();
      return result.isErr() && result.error.kind === 'invalid-reply' ? ok(undefined) : result;
    }),
  },
  'calls a lost reply a shut door': {
    breaks: 'reports an answer that it cannot read',
    by: rewrite((error) => layerError({ ...error, kind: error.effect === 'unknown' ? 'unavailable' : error.kind })),
  },
  'sends again when the answer is lost': {
    breaks: 'sends nothing again when the answer is lost',
    by: everywhere(async (next) => {
      const result = await next();
      return result.isErr() && result.error.kind === 'interrupted' ? next() : result;
    }),
  },
  'throws what its client throws': {
    breaks: 'turns a client that throws into an error',
    by: (sound) => {
      let throws = false;
      const throwing = everywhere((next) => {
        if (throws) throw new TypeError('the client threw');
        return next();
      });
      const breakBackend: typeof sound.breakBackend = (fault) => {
        throws = fault === 'throws';
        return sound.breakBackend(fault);
      };
      return { ...throwing(sound), breakBackend };
    },
  },
  'rejects with its errors': {
    breaks: 'turns a client that throws into an error',
    by: everywhere(async (next) => {
      const result = await next();
      if (result.isErr()) throw Object.assign(new Error(result.error.message), result.error);
      return result;
    }),
  },
  'stays broken': {
    breaks: 'works again when the backend has healed',
    by: (sound) => {
      let down = false;
      const stuck = everywhere(async (next) => {
        const result = await next();
        down ||= result.isErr() && result.error.kind === 'unavailable';
        return down ? failed(layerError({ ...stop, kind: 'unavailable' })) : result;
      });
      return stuck(sound);
    },
  },
  'gives errors that can be changed': {
    breaks: 'freezes its errors, and puts its name and a message into each',
    by: rewrite((error) => ({ ...error })),
  },
  'names another layer': {
    breaks: 'freezes its errors, and puts its name and a message into each',
    by: rewrite((error) => layerError({ ...error, layer: 'mcp' })),
  },
  'says nothing in its errors': {
    breaks: 'freezes its errors, and puts its name and a message into each',
    by: rewrite((error) => layerError({ ...error, message: ' ' })),
  },
  'invents a kind': {
    breaks: 'freezes its errors, and puts its name and a message into each',
    by: rewrite((error) => Object.freeze(Object.assign({ ...error }, { kind: 'oops' }))),
  },
  'tells a secret': {
    breaks: 'keeps secrets out of its errors',
    by: rewrite((error) => layerError({ ...error, message: `${error.message} (key ${secret})` })),
  },
  'hides a secret in the cause of the cause': {
    breaks: 'keeps secrets out of its errors',
    by: rewrite((error) => layerError({ ...error, cause: new Error('lost', { cause: { headers: [secret] } }) })),
  },
  'stays open': {
    breaks: 'serves nothing once it is closed',
    by: members(() => ({ close: async () => undefined })),
  },
  'probes when it is closed': {
    breaks: 'fails its probe once it is closed, and sends nothing',
    by: (sound) => {
      let closed = false;
      const close = async (): Promise<void> => {
        closed = true;
        await sound.layer.close();
      };
      const probing = members(({ layer }) => ({
        close,
        probe: async (call) => (closed ? ok(undefined) : layer.probe(call)),
      }));
      return probing(sound);
    },
  },
  'cannot be closed twice': {
    breaks: 'may be closed twice',
    by: (sound) => {
      let closed = false;
      const close = async (): Promise<void> => {
        if (closed) throw new Error('closed already');
        closed = true;
        await sound.layer.close();
      };
      return members(() => ({ close }))(sound);
    },
  },
};
