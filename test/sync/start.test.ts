import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {Secret} from '../../src/base/secret.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import type {Checkpoint, Manifest} from '../../src/model/load.ts';
import type {Mirror, MirrorFound} from '../../src/model/mirror.ts';
import {companyId, loadId, resourceName, runId, wholeResource} from '../../src/model/names.ts';
import type {Doors} from '../../src/sync/doors.ts';
import {effectiveRules} from '../../src/sync/rules.ts';
import {begin, type Run} from '../../src/sync/start/start.ts';

const company = {id: companyId('se'), name: 'Nordic', tenantId: 't', currency: 'SEK'};
const chain = {companyId: company.id, resource: resourceName('supplier'), slice: wholeResource};
const run: Run = {
  runId: runId('run'),
  scope: {companies: [company], narrowed: false, resources: resources.filter(({name}) => name === chain.resource)},
};
const checkpointAt = (sequence: number): Checkpoint => ({
  ...chain,
  sequence,
  cursor: {tailDigest: '', tailRows: 1, passSeconds: 1},
  runId: runId('run'),
});
const privacy = {rules: [], salt: new Secret('sixteen characters')};
const mirrorWith = (parts: Partial<Mirror> = {}): Mirror => ({
  writtenBy: runId('earlier'),
  writtenAt: '2026-03-01T06:00:00.000Z',
  fence: 9,
  companies: [{companyId: company.id, tenantId: company.tenantId}],
  checkpoints: [checkpointAt(4)],
  finished: [{loadId: loadId('done'), finishedAt: '2026-03-01T06:00:00.000Z'}],
  tables: {supplier: 9},
  consumed: {},
  privacy: run.scope.resources.map(resource => effectiveRules(resource, privacy)),
  again: [],
  ...parts,
});
const believed = (parts: Partial<Mirror> = {}): MirrorFound => ({state: 'believed', mirror: mirrorWith(parts)});
const loadOf = (resource: string): Manifest =>
  ({...chain, resource: resourceName(resource), loadId: loadId('l5'), sequence: 5}) as unknown as Manifest;

interface Given {
  readonly found: MirrorFound | SyncError;
  readonly waiting?: readonly Manifest[];
  readonly startsOver?: boolean;
}

/** A volume with this mirror and these loads; tables whose checkpoint is at 7. Gives the start, and what was asked. */
async function beginWith({found, waiting = [], startsOver}: Given) {
  const asked: string[] = [];
  const notes: string[] = [];
  const doors = {
    mirror: {
      read: async () => {
        if (found instanceof SyncError) throw found;
        return found;
      },
    },
    landing: {pending: async () => ({loads: waiting, unusable: []})},
    warehouse: {
      open: async () => void asked.push('open'),
      foreignCompanies: async () => [],
      bindCompanies: async () => [],
      readCheckpoints: async () => [{...checkpointAt(7), ...(startsOver && {startsOver})}],
      readFinishedLoads: async () => new Map(),
      readPrivacy: async () => [],
      readTableStates: async () => {
        asked.push('compare');
        return [{table: 'supplier', exists: true, newestCommit: 9}];
      },
    },
    privacy,
    ensureVolume: async () => void asked.push('volume'),
    events: (event: {message?: string}) => void notes.push(event.message ?? ''),
  } as unknown as Doors;
  return {start: await begin(run, doors), asked, notes};
}

test('a run begins at the mirror and asks the warehouse nothing', async () => {
  const {start, asked, notes} = await beginWith({found: believed()});
  assert.deepEqual([start.from, start.held.checkpoints], ['mirror', [checkpointAt(4)]]);
  assert.deepEqual([asked, notes], [[], []]);
});

test('I17 a run begins at the tables where the mirror is not believed, or does not suffice', async t => {
  const cases: Readonly<Record<string, Given>> = {
    'it is missing': {found: {state: 'missing'}},
    'it can not be read': {found: new SyncError('permission', 'no')},
    'it was edited': {found: {state: 'unusable', reason: 'it was edited'}},
    'it is too old': {found: {state: 'stale', mirror: mirrorWith()}},
    'a load waits': {found: believed(), waiting: [loadOf('supplier')]},
    'it does not know a company': {found: believed({companies: []})},
    'it knows a company of another tenant': {found: believed({companies: [{companyId: company.id, tenantId: 'u'}]})},
    'others have not consumed all commits': {found: believed({consumed: {supplier: 8}})},
    'rows are still lost': {found: believed({again: [chain]})},
  };
  for (const [why, given] of Object.entries(cases)) {
    await t.test(why, async () => {
      const {start, asked, notes} = await beginWith(given);
      assert.deepEqual([start.from, start.held.checkpoints], ['tables', [checkpointAt(7)]]);
      assert.deepEqual(asked, ['open', 'volume', 'compare']);
      assert.equal(
        notes.some(note => /not believed/.test(note)),
        why === 'it was edited',
      );
    });
  }
});

test('I26 a checkpoint that starts over is noted by its resource, one that goes on is not', async () => {
  for (const startsOver of [true, false]) {
    const {notes} = await beginWith({found: {state: 'missing'}, startsOver});
    const said = notes.filter(note => /checkpoint of supplier does not say .* read again whole/.test(note));
    assert.equal(said.length, startsOver ? 1 : 0);
  }
});

test('what is consumed up to the newest commit, or waits for another resource, keeps nobody awake', async () => {
  const again = [{...chain, resource: resourceName('customer')}];
  const found = believed({consumed: {supplier: 9, customer: 3}, again});
  assert.equal((await beginWith({found, waiting: [loadOf('customer')]})).start.from, 'mirror');
});

test('a table older than an outdated mirror says has lost its rows', async () => {
  const {start, notes} = await beginWith({found: {state: 'stale', mirror: mirrorWith({tables: {supplier: 10}})}});
  assert.deepEqual(start.lost, [chain]);
  assert.match(notes.join('\n'), /rows of supplier are lost/);
});
