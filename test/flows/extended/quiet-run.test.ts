import assert from 'node:assert/strict';
import {readFile, rm, writeFile} from 'node:fs/promises';
import test from 'node:test';
import {age, change, countOf, mirrorOf, observed, only, openLoaded, resources} from '../quiet-run.ts';

test('a load that waits, or a company that the mirror does not know, is never quiet', async t => {
  const {world} = await openLoaded(t, {resources, companies: 'se'});
  change(world, 'supplier');
  await world.run('land', {resources, companies: 'se'});
  assert.ok((await world.run('sync', {resources, companies: 'se'})).statements > 0);
  assert.equal(await countOf(world, 'visma_control.checkpoint WHERE sequence = 2'), 1);
  const second = await world.run('sync', {resources});
  assert.deepEqual([second.exitCode, second.statements > 0], [0, true]);
  await world.assertTruth(only);
  assert.equal((await world.run('sync', {resources})).statements, 0);
  const configPath = await world.writeConfig({
    visma: {companies: [{id: 'se', name: 'Another', tenant_id: 'another', currency: 'SEK'}]},
  });
  const stranger = await world.run('sync', {resources, configPath});
  assert.deepEqual(
    stranger.problems.map(({kind}) => kind),
    ['identity'],
  );
});

test('I17 a mirror that is missing, damaged, of a newer version or too old is read past, and written anew', async t => {
  const {world, proxy} = await openLoaded(t);
  const file = mirrorOf(world);
  const damages: Readonly<Record<string, () => Promise<unknown>>> = {
    missing: () => rm(file),
    edited: () => edit(file, text => text.replace(/"sequence": \d+/g, '"sequence": 900')),
    'cut off': () => edit(file, text => text.slice(0, 500)),
    'of a newer version': () => edit(file, text => text.replace('"version": 1', '"version": 2')),
    'too old': () => age(file),
  };
  for (const [what, damage] of Object.entries(damages)) {
    await t.test(what, async () => {
      await damage();
      const quiet = await observed(world, proxy);
      assert.deepEqual([quiet.report.exitCode, quiet.report.tables], [0, []]);
      assert.ok(quiet.statements > 0 && quiet.report.statements > 0, 'the tables are read');
      assert.equal((await observed(world, proxy)).statements, 0, 'and the mirror is there again');
      await damage();
      change(world, 'supplier');
      assert.equal((await world.run('sync', {resources})).exitCode, 0);
      await world.assertTruth(only);
    });
  }
});

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  assert.notEqual(change(text), text);
  await writeFile(file, change(text));
}
