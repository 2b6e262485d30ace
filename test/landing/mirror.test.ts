import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {openLanding, openMirror} from '../../src/landing/landing.ts';
import type {Mirror} from '../../src/model/mirror.ts';
import {companyId, loadId, resourceName, runId, type Stamp, wholeResource} from '../../src/model/names.ts';
import {FakeClock} from '../fake-clock.ts';
import {MemoryFiles} from './memory-files.ts';

const hourMs = 3_600_000;
const volumeFolder = '/Volumes/main/visma_staging/landing';
const path = `${volumeFolder}/run-state/mirror.json`;
const chain = {companyId: companyId("x'; DROP"), resource: resourceName('supplier'), slice: wholeResource};
const content: Omit<Mirror, 'writtenAt'> = {
  writtenBy: runId('run-1'),
  fence: 7,
  companies: [{companyId: chain.companyId, tenantId: 't'}],
  checkpoints: [
    {
      ...chain,
      sequence: 3,
      cursor: {nextSince: '2026-03-01T04:59:46.2401234' as Stamp, tailDigest: 'ab', tailRows: 3, passSeconds: 12.345},
      runId: runId('run-1'),
    },
  ],
  finished: [{loadId: loadId('l1'), finishedAt: '2026-01-01T00:00:00.000Z'}],
  tables: {supplier: 7},
  consumed: {},
  privacy: [],
  again: [],
};

function open() {
  const files = new MemoryFiles();
  const clock = new FakeClock('2030-01-01T00:00:00Z');
  return {files, clock, mirror: openMirror({files, volumeFolder, clock})};
}

/** As a server's own: there has been a file before. */
async function openWritten() {
  const {files, ...rest} = open();
  await files.put(`${volumeFolder}/supplier/l1/load.json`, new Uint8Array(1));
  await rest.mirror.write(content);
  return {files, ...rest};
}

const rewrite = (files: MemoryFiles, from: string, to: string): Promise<void> => {
  const text = files.text(path);
  assert.ok(text.includes(from));
  return files.put(path, new TextEncoder().encode(text.replace(from, to)));
};

test('what was written is read again, with when by the clock of the server', async () => {
  const {mirror, files} = await openWritten();
  assert.deepEqual(await mirror.read(), {
    state: 'believed',
    mirror: {...content, writtenAt: files.now.toISOString()},
  });
});

test('where there is none it is missing', async () => {
  assert.deepEqual(await open().mirror.read(), {state: 'missing'});
});

test('I17 a mirror is believed for a day at most, by the clock of the server', async () => {
  const {mirror, files, clock} = await openWritten();
  clock.advance(1000 * hourMs);
  files.now = new Date(files.now.getTime() + 24 * hourMs);
  assert.equal((await mirror.read()).state, 'believed', 'whatever this machine thinks');
  files.now = new Date(files.now.getTime() + 1);
  const stale = await mirror.read();
  assert.equal(stale.state, 'stale');
  assert.ok(stale.state === 'stale' && stale.mirror.fence === content.fence, 'it still tells what was');

  await files.put(path, new TextEncoder().encode(files.text(path)));
  assert.equal((await mirror.read()).state, 'stale', 'a copy put back is no younger than what it says');
});

test('I17 a mirror that was edited or cut off, or is of another version, place or time, is not believed', async t => {
  const damages: ReadonlyArray<readonly [what: string, damage: (files: MemoryFiles) => Promise<void> | void]> = [
    ['digest', files => rewrite(files, '"tailRows": 3', '"tailRows": 4')],
    ['digest', files => rewrite(files, '"supplier": 7', '"supplier": 70')],
    ['no JSON', files => files.truncate(path, 300)],
    ['no JSON', files => files.truncate(path, 0)],
    ['version', files => rewrite(files, '"version": 1', '"version": 2')],
    ['version', files => files.put(path, new TextEncoder().encode('[]'))],
  ];
  for (const [what, damage] of damages) {
    await t.test(what, async () => {
      const {mirror, files} = await openWritten();
      await damage(files);
      const found = await mirror.read();
      assert.equal(found.state, 'unusable');
      assert.match(found.state === 'unusable' ? found.reason : '', new RegExp(what));
    });
  }
  const {files, clock} = await openWritten();
  const elsewhere = `${volumeFolder.replace('main', 'other')}`;
  await files.put(`${elsewhere}/run-state/mirror.json`, new TextEncoder().encode(files.text(path)));
  assert.equal((await openMirror({files, volumeFolder: elsewhere, clock}).read()).state, 'unusable');
  files.now = new Date(files.now.getTime() - hourMs);
  assert.equal((await openMirror({files, volumeFolder, clock}).read()).state, 'unusable');
});

test('what lies beside the loads is no load, and is not pruned', async () => {
  const {files, mirror} = await openWritten();
  await files.put(`${volumeFolder}/run-state/old/part.parquet`, new Uint8Array(1));
  files.now = new Date(files.now.getTime() + 1000 * hourMs);
  const landing = openLanding({files, volumeFolder, retentionMs: hourMs});
  assert.deepEqual((await landing.pending(new Map([['l1', files.now]]))).unusable, []);
  assert.deepEqual(await landing.prune(resources, new Map([['l1', files.now]])), []);
  assert.equal((await mirror.read()).state, 'stale');
});
