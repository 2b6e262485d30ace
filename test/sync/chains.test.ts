import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type {Checkpoint, Manifest} from '../../src/model/load.ts';
import {companyId, loadId, resourceName, runId, wholeResource} from '../../src/model/names.ts';
import {chainKey, chainsOf, movedAmong, tipsOf} from '../../src/sync/chains.ts';

const cursor = {tailDigest: '', tailRows: 0, passSeconds: 0};

function manifest(sequence: number, options: {id?: string; company?: string; startedAt?: string} = {}): Manifest {
  const {id = `load-${sequence}`, company = 'se', startedAt = '2026-01-01T00:00:00.000Z'} = options;
  return {
    version: 1,
    loadId: loadId(id),
    runId: runId('run'),
    companyId: companyId(company),
    tenantId: 'tenant',
    resource: resourceName('supplier'),
    slice: wholeResource,
    sequence,
    kind: 'delta',
    startedAt,
    counts: {read: 0, landed: 0, refused: 0, repeated: 0},
    files: [],
    cursor,
  };
}

function checkpoint(sequence: number, company = 'se'): Checkpoint {
  return {
    companyId: companyId(company),
    resource: resourceName('supplier'),
    slice: wholeResource,
    sequence,
    cursor,
    runId: runId('run'),
  };
}

const sequences = (chains: readonly {loads: readonly Manifest[]}[]): number[][] =>
  chains.map(({loads}) => loads.map(load => load.sequence));

test('I7 a chain starts at its checkpoint and holds no gap', () => {
  const {chains, setAside} = chainsOf([manifest(5), manifest(3), manifest(4), manifest(7)], [checkpoint(2)]);
  assert.deepEqual(sequences(chains), [[3, 4, 5]]);
  assert.deepEqual(
    setAside.map(({manifest: {sequence}}) => sequence),
    [7],
  );
  assert.match(setAside[0]?.reason ?? '', /7 where 6 comes next/);
});

test('I7 of two loads with one sequence the earliest by first request is taken', () => {
  const early = manifest(1, {id: 'zz', startedAt: '2026-01-01T00:00:00.000Z'});
  const late = manifest(1, {id: 'aa', startedAt: '2026-01-01T00:00:01.000Z'});
  const {chains, setAside} = chainsOf([late, early], []);
  assert.deepEqual(chains[0]?.loads, [early]);
  assert.deepEqual(
    setAside.map(each => each.manifest),
    [late],
  );
});

test('of two loads with one sequence and one start the first by load_id is taken', () => {
  const {chains} = chainsOf([manifest(1, {id: 'b'}), manifest(1, {id: 'a'})], []);
  assert.equal(chains[0]?.loads[0]?.loadId, 'a');
});

test('I4 a load whose checkpoint moved is told from one that claims its place', () => {
  const settled = {...checkpoint(3), loadId: loadId('load-3'), loads: [loadId('load-2'), loadId('load-3')]};
  const rival = manifest(2, {id: 'rival', startedAt: '2025-12-31T00:00:00.000Z'});
  const loads = [rival, manifest(2), manifest(3), manifest(4)];
  const {moved, waiting} = movedAmong(loads, [settled]);
  assert.deepEqual(moved, [loads[1], loads[2]]);
  assert.deepEqual(waiting, [loads[0], loads[3]]);
  const {loads: _, ...ofEarlier} = settled;
  assert.deepEqual(movedAmong(loads, [ofEarlier]).moved, [loads[2]], 'an earlier version tells of the last one');
  assert.deepEqual(movedAmong(loads, [checkpoint(3)]).moved, []);
});

test('I7 a load that means nothing behind another one follows just the load that it was built on', () => {
  const settled = {...checkpoint(2), loadId: loadId('load-2')};
  const sweep = {...manifest(3), kind: 'sweep', after: loadId('load-2')} as const;
  assert.equal(chainsOf([sweep], [settled]).setAside.length, 0);
  assert.equal(chainsOf([{...sweep, after: loadId('lost')}], [settled]).setAside.length, 1);
  assert.equal(chainsOf([sweep], [checkpoint(2)]).setAside.length, 1, 'settled by nobody knows what');
  const behind = {...manifest(4), after: loadId('load-3')};
  assert.deepEqual(sequences(chainsOf([manifest(3), behind], [settled]).chains), [[3, 4]]);
  const other = {...behind, after: loadId('another')};
  assert.match(chainsOf([manifest(3), other], [settled]).setAside[0]?.reason ?? '', /behind another load/);
});

test('what is settled already is set aside, whatever company id it bears', () => {
  const hostile = `"],["'; DROP TABLE x;--`;
  const {chains, setAside} = chainsOf([manifest(1, {company: hostile}), manifest(1)], [checkpoint(1, hostile)]);
  assert.deepEqual(
    chains.flatMap(({loads}) => loads.map(load => load.companyId)),
    ['se'],
  );
  assert.equal(setAside.length, 1);
});

test('every load is either in a chain or set aside, and every chain counts up from its checkpoint', () => {
  const loads = fc.array(fc.tuple(fc.integer({min: 1, max: 8}), fc.constantFrom('se', 'no')), {maxLength: 20});
  fc.assert(
    fc.property(loads, fc.integer({min: 0, max: 4}), (drawn, settled) => {
      const pending = drawn.map(([sequence, company], index) => manifest(sequence, {company, id: `load-${index}`}));
      const {chains, setAside} = chainsOf(pending, [checkpoint(settled)]);
      const taken = chains.flatMap(({loads}) => loads);
      assert.equal(taken.length + setAside.length, pending.length);
      for (const {loads} of chains) {
        const start = loads[0]?.companyId === 'se' ? settled : 0;
        assert.deepEqual(
          loads.map(load => load.sequence),
          loads.map((_, index) => start + 1 + index),
        );
      }
    }),
  );
});

test('the next pass begins at the newest load that waits, and at the checkpoint where none does', () => {
  const checkpoints = [checkpoint(2), checkpoint(4, 'no')];
  const {chains} = chainsOf([manifest(3), manifest(4)], checkpoints);
  const tips = tipsOf(checkpoints, chains);
  assert.equal(tips.get(chainKey(checkpoint(0)))?.sequence, 4);
  assert.equal(tips.get(chainKey(checkpoint(0, 'no')))?.sequence, 4);
});
