import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {openLanding} from '../../src/landing/landing.ts';
import type {Manifest, PartFile} from '../../src/model/load.ts';
import {companyId, loadId, runId, wholeResource} from '../../src/model/names.ts';
import {MemoryFiles} from './memory-files.ts';

const hourMs = 3_600_000;
const volumeFolder = '/Volumes/main/visma_staging/landing';
const [resource] = resources;
assert.ok(resource);

function open() {
  const files = new MemoryFiles();
  return {files, landing: openLanding({files, volumeFolder, retentionMs: 24 * hourMs})};
}

const part = (name: string, bytes: number): PartFile => ({
  table: resource.table.name,
  name,
  columns: ['record_id'],
  rows: 1,
  bytes,
  sha256: 'x',
});

const manifestOf = (id: string, files: readonly PartFile[] = []): Manifest => ({
  version: 1,
  loadId: loadId(id),
  runId: runId('run'),
  companyId: companyId('se'),
  tenantId: 't',
  resource: resource.name,
  slice: wholeResource,
  sequence: 1,
  kind: 'first',
  startedAt: '2026-01-01T00:00:00.000Z',
  counts: {read: 1, landed: 1, refused: 0, repeated: 0},
  files,
  cursor: {tailDigest: '', tailRows: 0, passSeconds: 0},
});

test('a load is sealed only when every part has its size in the volume', async () => {
  const {files, landing} = open();
  const file = part('account-00000.parquet', 3);
  await landing.put({resource, loadId: loadId('a'), file, bytes: new Uint8Array(3)});
  files.truncate(`${volumeFolder}/${resource.name}/a/${file.name}`, 0);
  await assert.rejects(landing.seal(manifestOf('a', [file])), {kind: 'transient'});
  assert.deepEqual((await landing.pending(new Map())).loads, []);
  await landing.put({resource, loadId: loadId('a'), file, bytes: new Uint8Array(3)});
  await landing.seal(manifestOf('a', [file]));
  assert.deepEqual((await landing.pending(new Map())).loads, [manifestOf('a', [file])]);
});

test('what waits is what is sealed and not finished; parts without a manifest wait for nobody', async () => {
  const {landing} = open();
  await landing.seal(manifestOf('a'));
  await landing.seal(manifestOf('b'));
  await landing.put({resource, loadId: loadId('c'), file: part('account-00000.parquet', 1), bytes: new Uint8Array(1)});
  const {loads, unusable} = await landing.pending(new Map([['a', new Date(0)]]));
  assert.deepEqual(
    loads.map(load => load.loadId),
    ['b'],
  );
  assert.deepEqual(unusable, []);
});

test('a manifest that was cut off, edited, or comes from a newer version is named and taken for nothing', async () => {
  const {files, landing} = open();
  const spoil = async (id: string, change: (text: string) => string): Promise<void> => {
    await landing.seal(manifestOf(id));
    const path = `${volumeFolder}/${resource.name}/${id}/load.json`;
    await files.put(path, new TextEncoder().encode(change(files.text(path))));
  };
  // As earlier versions wrote it.
  const digest = /,\s*"sha256": "\w+"\s*}$/;
  await spoil('cut', text => text.slice(0, 40));
  await spoil('edited', text => text.replace('"sequence": 1', '"sequence": 2'));
  await spoil('spoilt', text => text.replace('"sequence": 1', '"sequence": "one"').replace(digest, '}'));
  await spoil('moved', text => text.replace('"loadId": "moved"', '"loadId": "other"').replace(digest, '}'));
  await spoil('newer', text => text.replace('"version": 1', '"version": 3'));
  const {loads, unusable} = await landing.pending(new Map());
  assert.deepEqual(loads, []);
  const reasons = Object.fromEntries(unusable.map(({loadId: id, reason}) => [id, reason]));
  assert.match(reasons['cut'] ?? '', /no JSON/);
  assert.match(reasons['edited'] ?? '', /edited/);
  assert.match(reasons['spoilt'] ?? '', /sequence/);
  assert.match(reasons['moved'] ?? '', /another folder/);
  assert.match(reasons['newer'] ?? '', /version 3/);
});

test('pruning takes finished loads after the retention, and forsaken ones after a day', async () => {
  const {files, landing} = open();
  const put = (id: string): Promise<void> =>
    landing.put({resource, loadId: loadId(id), file: part('account-00000.parquet', 1), bytes: new Uint8Array(1)});
  await landing.seal(manifestOf('finished long ago'));
  await landing.seal(manifestOf('waiting'));
  await put('forsaken');
  const begun = files.now;
  files.now = new Date(begun.getTime() + 25 * hourMs);
  await landing.seal(manifestOf('finished now'));
  await put('being written');
  const finished = new Map([
    ['finished long ago', begun],
    ['finished now', files.now],
  ]);
  assert.deepEqual([...(await landing.prune([resource], finished))].sort(), ['finished long ago', 'forsaken']);
  const left = (await files.list(`${volumeFolder}/${resource.name}`)).map(entry => entry.name);
  assert.deepEqual(left.sort(), ['being written', 'finished now', 'waiting']);
});
