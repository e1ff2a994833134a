import { definePolicy } from './define-policy.js';
import { policyProblems, readPolicy } from './policy-check.js';
import { doorRuleOf, ruleOf } from './rule.js';

test('files go through supabase-js first, everything else through MCP', () => {
  expect(ruleOf('files.upload', {}).order).toEqual(['supabase', 'mcp']);
  for (const name of [
    'sql.write',
    'migrations.apply',
    'buckets.list',
    'policies.create',
    'config.get',
    'branches.list',
    'project.url',
  ] as const) {
    expect(ruleOf(name, {}).order).toEqual(['mcp', 'supabase']);
  }
});

test('the narrower key wins, member by member', () => {
  const policy = {
    '*': { timeoutMs: 1, maxAttempts: 1 },
    'sql.*': { timeoutMs: 2, idleTimeoutMs: 2 },
    'sql.read': { timeoutMs: 3 },
  };
  expect(ruleOf('sql.read', policy)).toMatchObject({
    timeoutMs: 3,
    idleTimeoutMs: 2,
    maxAttempts: 1,
    settleTimeoutMs: 5_000,
  });
  expect(ruleOf('sql.write', policy)).toMatchObject({ timeoutMs: 2 });
  expect(ruleOf('files.list', policy)).toMatchObject({ timeoutMs: 1, idleTimeoutMs: 60_000 });
});

test('whatever the user says, under any key, outranks the preset', () => {
  expect(ruleOf('files.list', { '*': { order: ['postgres'] } }).order).toEqual(['postgres']);
});

test('a member that is there but undefined says nothing', () => {
  expect(ruleOf('sql.read', JSON.parse('{}'))).toEqual(
    ruleOf('sql.read', { '*': { ...{ timeoutMs: undefined } } as never }),
  );
});

test('the breaker is given under * and completed by defaults', () => {
  expect(doorRuleOf({ '*': { breaker: { minimumCalls: 9 } } }).breaker).toMatchObject({
    minimumCalls: 9,
    failureRatio: 0.5,
  });
});

test.each<[string, unknown, string]>([
  ['no object', [], 'policy: expected an object, found a list'],
  ['an unknown key', { 'sql.reed': {} }, "policy['sql.reed']: expected '*', a family like 'files.*' or an operation"],
  ['an unknown family', { 'ftp.*': {} }, "policy['ftp.*']: expected '*'"],
  ['an entry that is no object', { '*': 5 }, "policy['*']: expected an object, found 5"],
  [
    'an unknown member',
    { '*': { timeout: 5 } },
    "policy['*'].timeout: no such member; expected one of order, timeoutMs",
  ],
  ['a member of every object', { '*': { toString: 5 } }, "policy['*'].toString: no such member"],
  [
    'a time that is a text',
    { 'sql.*': { timeoutMs: '5s' } },
    "policy['sql.*'].timeoutMs: expected a number of milliseconds above 0 and at most 2147483647, found a value of type string",
  ],
  [
    'a time of nothing',
    { '*': { settleTimeoutMs: 0 } },
    "policy['*'].settleTimeoutMs: expected a number of milliseconds",
  ],
  ['a time that no timer holds', { '*': { timeoutMs: 2 ** 31 } }, "policy['*'].timeoutMs"],
  [
    'half an attempt',
    { '*': { maxAttempts: 1.5 } },
    "policy['*'].maxAttempts: expected a whole number, at least 1, found 1.5",
  ],
  [
    'an order with a name twice',
    { '*': { order: ['mcp', 'mcp'] } },
    "policy['*'].order: expected a list of names, none twice",
  ],
  [
    'a flag that is a text',
    { '*': { allowRaisedAuthority: 'yes' } },
    "policy['*'].allowRaisedAuthority: expected true or false",
  ],
  ['a breaker of an operation', { 'sql.read': { breaker: {} } }, "policy['sql.read'].breaker: expected under '*' only"],
  ['a breaker that is null', { '*': { breaker: null } }, "policy['*'].breaker: expected an object, found null"],
  [
    'a cached write',
    { 'sql.write': { cache: { ttlMs: 5 } } },
    "policy['sql.write'].cache: expected nothing here, because a write or a stream never runs twice",
  ],
  [
    'a cached stream',
    { 'files.download': { cache: { ttlMs: 5 } } },
    "policy['files.download'].cache: expected nothing",
  ],
  ['a cached family', { 'sql.*': { cache: { ttlMs: 5 } } }, "policy['sql.*'].cache: expected under `reads`"],
  ['reads of a write', { 'sql.write': { reads: {} } }, "policy['sql.write'].reads: expected nothing here"],
  [
    'a cache without a time',
    { 'sql.read': { cache: {} } },
    "policy['sql.read'].cache.ttlMs: expected it to be given, found nothing",
  ],
  [
    'a cache that is on',
    { '*': { reads: { cache: true } } },
    "policy['*'].reads.cache: expected an object or false, found a value of type boolean",
  ],
  ['the size of the cache of an operation', { 'sql.read': { cacheEntries: 5 } }, "expected under '*' only"],
  [
    'a ratio above one',
    { '*': { breaker: { failureRatio: 2 } } },
    "policy['*'].breaker.failureRatio: expected a number above 0 and at most 1, found 2",
  ],
])('%s is refused with its path and what was expected', (_what, data, problem) => {
  expect(policyProblems(data)).toEqual([expect.stringContaining(problem)]);
  expect(readPolicy(data)._unsafeUnwrapErr()).toEqual(policyProblems(data));
});

test('every mistake is listed', () => {
  expect(policyProblems({ '*': { timeoutMs: -1, maxAttempts: 0 }, x: {} })).toHaveLength(3);
});

test('a policy that names layers nobody has is no mistake', () => {
  expect(readPolicy({ '*': { order: ['mars'], disabledLayers: ['venus'] } })._unsafeUnwrap()).toEqual({
    '*': { order: ['mars'], disabledLayers: ['venus'] },
  });
});

test('what is said of reads reaches reads alone, and the narrower key takes it back', () => {
  const policy = {
    '*': { reads: { cache: { ttlMs: 9 } } },
    'project.*': { cache: { ttlMs: 8 } },
    'sql.read': { cache: false },
  } as const;
  expect(ruleOf('buckets.list', policy).cache).toEqual({ ttlMs: 9, staleIfErrorMs: 0 });
  expect(ruleOf('project.url', policy).cache).toEqual({ ttlMs: 8, staleIfErrorMs: 0 });
  for (const name of ['sql.read', 'sql.write', 'files.download', 'buckets.update'] as const)
    expect(ruleOf(name, policy).cache).toBeUndefined();
});

test('a defined policy is frozen data, and a mistake throws with its path', () => {
  const policy = definePolicy({ 'files.*': { order: ['supabase'] } });
  expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
  expect(Object.isFrozen(policy['files.*']?.order)).toBe(true);
  expect(() => definePolicy({ '*': { maxAttempts: 0 } })).toThrow(
    "definePolicy: policy['*'].maxAttempts: expected a whole number, at least 1, found 0",
  );
});
