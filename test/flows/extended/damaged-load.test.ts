import assert from 'node:assert/strict';
import {readdir, rm, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {startFaultyProxy} from '../../sim/faulty-proxy.ts';
import {World} from '../world.ts';

const resources = 'supplier';

test('a part that is no Parquet any more sets its own load aside and holds up no other company', async t => {
  const world = await World.open(t, {visma: {companies: ['se', 'no']}});
  await world.run('land', {resources, companies: 'se'});
  const [part = ''] = await partsOf(world);
  await writeFile(part, Buffer.alloc((await stat(part)).size));
  await world.run('land', {resources, companies: 'no'});
  await world.run('commit', {resources});
  const aside = await world.query("SELECT company_id, reason FROM main.visma_control.load WHERE state = 'set aside'");
  assert.deepEqual(
    aside.map(({company_id: company}) => company),
    ['se'],
  );
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  await world.assertTruth({resources: [resources]});
});

test('a run whose own loads were all set aside does not end as done', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  const loseParts = async (): Promise<void> => {
    for (const part of await partsOf(world)) await rm(part);
  };
  proxy.add({method: 'PUT', path: 'load.json', does: 'pass', after: loseParts});
  for (let run = 0; run < 2; run++) {
    const report = await world.run('sync', {resources, host: proxy.host});
    assert.equal(report.exitCode, 3);
  }
});

async function partsOf({folder}: World): Promise<readonly string[]> {
  const landing = path.join(folder, 'workspace', 'volumes', 'visma_staging', 'landing', resources);
  const names = await readdir(landing, {recursive: true});
  return names.filter(name => name.endsWith('.parquet')).map(name => path.join(landing, name));
}
