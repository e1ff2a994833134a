import { raisesAuthority, roles } from './authority.js';
import { cannot, supports, type Layer } from './layer.js';

const layer: Layer = {
  contract: 1,
  name: 'mcp',
  authority: { role: 'postgres', readOnly: false },
  sharedFate: ['mcp-edge'],
  ports: { migrations: { list: cannot('mcp', 'why'), apply: cannot('mcp', 'why') } },
  lacks: { 'migrations.apply': 'read-only session' },
  probe: (call) => cannot('mcp', 'why')(undefined, call),
  close: async () => undefined,
};

test('a layer supports an operation when it has the port and does not lack the operation', () => {
  expect(supports(layer, 'migrations.list')).toBe(true);
  expect(supports(layer, 'migrations.apply')).toBe(false);
  expect(supports(layer, 'files.upload')).toBe(false);
});

test('what a layer cannot do is unsupported, says why, and certainly had no effect', async () => {
  const result = await cannot('mcp', 'no tool moves bytes')(undefined, undefined as never);
  expect(result._unsafeUnwrapErr()).toMatchObject({
    kind: 'unsupported',
    effect: 'none',
    layer: 'mcp',
    message: 'no tool moves bytes',
  });
});

test.each(roles.flatMap((own, i) => roles.map((other, j) => [own, other, j > i] as const)))(
  'from %s to %s raises authority: %s',
  (own, other, raised) => {
    expect(raisesAuthority({ role: own, readOnly: false }, { role: other, readOnly: false })).toBe(raised);
  },
);

test('leaving a read-only layer for one that may write raises authority', () => {
  expect(raisesAuthority({ role: 'postgres', readOnly: true }, { role: 'anon', readOnly: false })).toBe(true);
  expect(raisesAuthority({ role: 'postgres', readOnly: false }, { role: 'postgres', readOnly: true })).toBe(false);
});
