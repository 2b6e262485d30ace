import assert from 'node:assert/strict';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {World} from '../flows/world.ts';
import type {Entity} from '../sim/visma/visma.ts';
import {nastyTexts} from './nasty-text.ts';
import {assertMended, only, openLoaded, openSmall, resources, volumeOf} from './stage.ts';

const isText = (text: string): boolean => text.isWellFormed();

test('hostile texts as record keys and as values arrive whole, are swept, are marked gone, and come back', async t => {
  const world = await openLoaded(t);
  const [supplier] = world.visma.truth('se')['supplier'] ?? [];
  const {lastModifiedDateTime: _stamp, timeStamp: _version, internalId: _id, ...content} = supplier ?? {};
  const keys = nastyTexts.filter(isText);
  world.visma.clock.advance(3 * 3_600_000);
  for (const [place, key] of keys.entries()) {
    const record: Entity = {
      ...content,
      number: key,
      name: keys[keys.length - 1 - place] ?? '',
      internalId: 90_000 + place,
    };
    world.visma.insert({company: 'se', collection: 'supplier', record});
  }
  await assertMended(world);
  for (const key of keys) world.visma.delete({company: 'se', collection: 'supplier', key});
  for (let sighting = 0; sighting < 3; sighting++) {
    const swept = await world.run('sweep', {resources: 'supplier', acceptDeletions: true});
    assert.deepEqual([swept.exitCode, swept.problems], [0, []]);
  }
  const [gone] = await world.query('SELECT COUNT(*) AS n FROM main.visma.supplier WHERE _deleted_at IS NOT NULL');
  assert.equal(Number(gone?.['n']), keys.length);
  await world.assertTruth(only);
});

test('hostile names of ledgers, which are slices, are read, resumed, swept and read again', async t => {
  const only2 = 'ledger general_ledger_transaction general_ledger_balance';
  const size = {invoices: 3, journalLines: 30, suppliers: 3, customers: 3};
  const world = await World.open(t, {visma: {companies: ['se'], size}, sync: {resources: only2.split(' ')}});
  const ledgers = (): readonly Entity[] => world.visma.truth('se')['ledger'] ?? [];
  for (const [place, {number}] of ledgers().entries()) {
    const to = ['A&B=1/ü %', "x'; DROP TABLE ledger; --"][place] ?? `l'${place}`;
    world.visma.rename({company: 'se', collection: 'ledger', key: String(number), to});
    for (const batch of world.visma.truth('se')['journaltransaction'] ?? []) {
      const key = [String(batch['module']), String(batch['batchNumber'])];
      const which = {company: 'se', collection: 'journaltransaction', key};
      if (batch['ledger'] === number) world.visma.change({...which, fields: {ledger: to}});
    }
  }
  for (const command of ['sync', 'sync', 'sweep', 'resync'] as const) {
    const report = await world.run(command, {resources: only2, reason: 'names'});
    assert.deepEqual([report.exitCode, report.problems], [0, []], command);
  }
  const slices = await world.query(
    "SELECT slice FROM main.visma_control.checkpoint WHERE resource = 'general_ledger_transaction'",
  );
  assert.ok(
    slices.some(({slice}) => slice === 'ledger=A%26B%3D1%2F%C3%BC+%25'),
    JSON.stringify(slices),
  );
  await world.assertTruth({resources: only2.split(' ')});
});

test('hostile reasons of a resync are kept; hostile periods, stamps and names are usage errors', async t => {
  const world = await openLoaded(t);
  const reasons = nastyTexts.filter(text => text.trim() !== '');
  const some = [...reasons.slice(0, 4), reasons.find(text => text.includes('\u0085')) ?? '', 'A&B=1/ü %'];
  for (const reason of some) {
    const report = await world.run('resync', {resources: 'currency', reason});
    assert.deepEqual([report.exitCode, report.problems], [0, []], JSON.stringify(reason));
  }
  const kept = await world.query('SELECT reason FROM main.visma_control.resync');
  assert.deepEqual(kept.map(row => row['reason']).toSorted(), some.map(reason => reason.trim()).toSorted());
  const calls = world.visma.requestCount();
  for (const text of nastyTexts) {
    const ends = await Promise.all([
      world.run('resync', {resources: 'supplier_invoice', reason: 'x', period: text}),
      world.run('resync', {resources: 'supplier', reason: 'x', since: text}),
      world.run('sync', {resources: text}),
      world.run('sync', {companies: text}),
    ]);
    for (const {exitCode} of ends) assert.equal(exitCode, 2, JSON.stringify(text));
  }
  assert.equal(world.visma.requestCount(), calls, 'nothing was called');
});

test('hostile values of the configuration work where they may, and are complaints where not', async t => {
  const world = await openSmall(t);
  const schema = 'vi\'`s"-é';
  const companies = world.visma.companies.map(({tenantId, currency}) => ({
    id: `\\'; DROP -- "ü`,
    // A dollar sign before a brace is a reference to the environment.
    name: nastyTexts.filter(text => !text.includes('${')).join(' '),
    tenant_id: tenantId,
    currency,
    headers: {'x-note': "'; --"},
  }));
  const configPath = await world.writeConfig({visma: {companies}, databricks: {schema}});
  for (const command of ['sync', 'sync', 'sweep', 'status', 'plan', 'check'] as const) {
    const report = await world.run(command, {resources, configPath});
    assert.deepEqual([report.exitCode, report.problems], [0, []], command);
  }
  const [held] = await world.query(`SELECT COUNT(*) AS n FROM main.\`${schema.replaceAll('`', '``')}\`.supplier`);
  assert.equal(Number(held?.['n']), world.visma.truth('se')['supplier']?.length);
  for (const text of nastyTexts) {
    const wrong = await world.writeConfig({
      visma: {token_url: text, companies: [{id: text, tenant_id: text, currency: text}]},
      databricks: {host: text, catalog: `${text}.x`},
      sync: {overlap: text, resources: [text]},
    });
    const report = await world.run('sync', {configPath: wrong});
    assert.equal(report.exitCode, 2, JSON.stringify(text));
  }
});

test('whatever a person leaves in the volume, by whatever name, holds up nothing', async t => {
  const world = await openLoaded(t);
  const volume = volumeOf(world);
  const names = nastyTexts.filter(name => !/[/\\\0]|^\.{1,2}$/.test(name));
  for (const [place, name] of names.entries()) {
    await mkdir(path.join(volume, 'supplier', name), {recursive: true});
    await writeFile(path.join(volume, 'supplier', name, ['load.json', name, 'x.parquet'][place % 3] ?? ''), name);
    await writeFile(path.join(volume, `a file: ${name}`), name);
    await mkdir(path.join(volume, `a folder: ${name}`, name), {recursive: true});
  }
  await mkdir(path.join(volume, 'currency', 'odd', 'load.json'), {recursive: true});
  world.visma.clock.advance(3 * 3_600_000);
  world.visma.change({
    company: 'se',
    collection: 'supplier',
    key: String(world.visma.truth('se')['supplier']?.[0]?.['number']),
    fields: {name: 'beside it all'},
  });
  await assertMended(world);
});
