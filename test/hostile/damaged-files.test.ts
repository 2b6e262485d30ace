import assert from 'node:assert/strict';
import {readFile, truncate, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {World} from '../flows/world.ts';
import {assertMended, changeAll, filesOf, openLoaded, openSmall, resources, volumeOf} from './stage.ts';

type Damage = (file: string) => Promise<unknown>;

const edit =
  (change: (text: string) => string): Damage =>
  async file => {
    const text = await readFile(file, 'utf8');
    const changed = change(text);
    assert.notEqual(changed, text, 'the edit changes something');
    await writeFile(file, changed);
  };

/** What a hand, a tool or a bad disk makes of a file of JSON. */
const damages: Readonly<Record<string, Damage>> = {
  'cut off': edit(text => text.slice(0, text.length / 2)),
  emptied: file => truncate(file),
  'made of zeros': async file => writeFile(file, Buffer.alloc((await readFile(file)).length)),
  'not UTF-8': file => writeFile(file, Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  'another JSON': file => writeFile(file, '[]'),
  'of a newer version': edit(text => text.replace(/"version":( ?)\d+/, '"version":$1900')),
  'nested without end': file => writeFile(file, `${'{"version":1,"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`),
};

/** Edits that leave a manifest one in form: what only its digest tells. */
const edits: Readonly<Record<string, Damage>> = {
  'its window moved on': edit(text => text.replace(/"nextSince": "20\d\d/, '"nextSince": "2999')),
  'its watermark moved on': edit(text => text.replace(/"watermark": "20\d\d/, '"watermark": "2999')),
  'its place moved': edit(text => text.replace(/"sequence": (\d+)/, '"sequence": 1$1')),
  'another company': edit(text => text.replace('"companyId": "se"', '"companyId": "no"')),
  'files left out': edit(text => text.replace(/"files": \[[\s\S]*?\n \]/, '"files": []')),
  'another table': edit(text => text.replace('"table": "supplier"', '"table": "lease"')),
  'columns left out': edit(text => text.replace(/"columns": \[\s*"[^"]*",/, '"columns": [')),
  'fewer rows': edit(text => text.replace(/"rows": \d+/, '"rows": 0')),
  'a snapshot instead': edit(text => text.replace('"kind": "delta"', '"kind": "snapshot"')),
};

const manifestsOf = async (world: World, resource: string): Promise<readonly string[]> =>
  (await filesOf(world)).filter(file => file.endsWith('load.json') && file.includes(`/${resource}/`));

test('I2 a manifest that is damaged or edited is named, taken for nothing, and its window read again', async t => {
  const world = await openLoaded(t);
  for (const [what, damage] of Object.entries({...damages, ...edits})) {
    await t.test(what, async () => {
      const before = new Set(await manifestsOf(world, 'supplier'));
      changeAll(world);
      assert.equal((await world.run('land', {resources})).exitCode, 0);
      const [landed] = (await manifestsOf(world, 'supplier')).filter(file => !before.has(file));
      assert.ok(landed !== undefined);
      await damage(landed);
      const committed = await world.run('commit', {resources});
      assert.equal(committed.exitCode, 0);
      assert.match(committed.notes.join('\n'), /a load of supplier can't be used: load\.json/);
      await assertMended(world);
    });
  }
});

test('I17 a mirror or a note of a run that is damaged in any way costs statements and no row', async t => {
  const world = await openLoaded(t);
  const state = path.join(volumeOf(world), 'run-state');
  for (const [what, damage] of Object.entries(damages)) {
    await t.test(what, async () => {
      const quiet = await world.run('sync', {resources});
      assert.equal(quiet.statements, 0);
      await damage(path.join(state, 'mirror.json'));
      await damage(path.join(state, `run-${quiet.run}.json`));
      changeAll(world);
      const report = await world.run('sync', {resources});
      assert.equal(report.exitCode, 0);
      assert.match(report.notes.join('\n'), /the record of a run can't be read and stays in the volume/);
      await assertMended(world);
    });
  }
});

test('the keys of a long first load that are damaged in any way make it begin anew, and end right', async t => {
  const ways: Readonly<Record<string, Damage>> = {
    'cut off': file => truncate(file, 5),
    emptied: file => truncate(file),
    'made of zeros': async file => writeFile(file, Buffer.alloc((await readFile(file)).length)),
    'made of other keys': async file => writeFile(file, Buffer.alloc((await readFile(file)).length, 7)),
  };
  const behaviour = {maxPageSize: 2};
  const size = {invoices: 0, journalLines: 0, suppliers: 12, customers: 3};
  for (const [what, damage] of Object.entries(ways)) {
    await t.test(what, async child => {
      const world = await openSmall(child, {visma: {behaviour, size}, sync: {stretch_pages: 2}});
      const fault = {
        path: '/v1/supplier',
        kind: 'answer',
        status: 403,
        nth: 4,
        times: Number.POSITIVE_INFINITY,
      } as const;
      const set = world.visma.fault(fault);
      const cut = await world.run('sync', {resources});
      assert.notEqual(cut.exitCode, 0);
      set.lift();
      const held = (await filesOf(world)).filter(file => file.endsWith('held.keys'));
      assert.ok(held.length > 0, 'a stretch was sealed');
      for (const file of held) await damage(file);
      const report = await world.run('sync', {resources});
      assert.match(report.notes.join('\n'), /begins anew: its keys are gone/);
      assert.equal(report.exitCode, 0);
      await assertMended(world);
    });
  }
});
