import assert from 'node:assert/strict';
import { operationNames, roles } from '@hybrid-supabase/core';
import { createTestCall } from '../create-test-call.js';
import { assertLayerError, errorOf } from './assert-layer-error.js';
import type { ContractCase } from './contract-case.js';
import { methodOf, namesOf } from '../method-of.js';
import { attempt } from './trial.js';
import { patienceMs } from './within.js';

/** What can be read off a layer before it is asked for anything. */
export const shapeCases: readonly ContractCase[] = [
  {
    name: 'says who it is: contract, name, authority and what it stands on',
    async run({ layer }) {
      assert.equal(layer.contract, 1);
      assert.match(layer.name, /^[a-z][a-z0-9-]*$/, 'the name is not short, lower case and plain');
      assert.ok(roles.includes(layer.authority.role), 'the role is none of the known ones');
      assert.equal(typeof layer.authority.readOnly, 'boolean');
      assert.ok(layer.sharedFate.length > 0, 'it stands on nothing');
      assert.equal(new Set(layer.sharedFate).size, layer.sharedFate.length, 'it names a fate twice');
    },
  },
  {
    name: 'has each of its ports whole',
    async run({ layer }) {
      const names = namesOf(layer);
      assert.ok(names.length > 0, 'it has no port');
      assert.deepEqual(
        names.filter((name) => methodOf(layer.ports, name) === undefined),
        [],
        'these operations of its ports are no functions',
      );
    },
  },
  {
    name: 'answers what it lacks as unsupported and sends nothing',
    async run(harness) {
      const { layer } = harness;
      for (const name of operationNames.filter((each) => layer.lacks[each] !== undefined)) {
        assert.ok(namesOf(layer).includes(name), `it lacks ${name}, of a port it does not have`);
        assert.notEqual(layer.lacks[name]?.trim(), '', `it does not say why it lacks ${name}`);
        const before = harness.sent();
        const result = await attempt(harness, { name, input: {} }, createTestCall(), patienceMs.prompt);
        assertLayerError(name, harness, errorOf(name, result), { kind: 'unsupported', effect: 'none' });
        assert.equal(harness.sent() - before, 0, `${name} sent something`);
      }
    },
  },
];
