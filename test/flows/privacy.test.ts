import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {queryFile} from '../parquet/read-back.ts';
import {
  assertNowhere,
  changeEverywhere,
  environment,
  only,
  openLoaded,
  plantAll,
  planted,
  resources,
  rules,
  salt,
  veil,
} from './privacy.ts';
import {World} from './world.ts';

const hashOf = (text: string): string => createHmac('sha256', salt).update(text).digest('hex');

test('I16 what a rule protects stands in no table, no refusal and no file', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}, privacy: rules, environment});
  plantAll(world);
  world.visma.insert({company: 'se', collection: 'currency', record: {description: `${planted} without an id`}});
  const report = await world.run('sync', {resources});
  assert.equal(report.exitCode, 0);
  assert.equal(report.passes.find(pass => pass.resource === 'currency')?.refused, 1);
  await assertNowhere(world);
  for (const text of await textsOfFiles(world)) assert.ok(!text.includes(planted), 'a file holds it');
  await world.assertTruth({resources: ['supplier', 'customer']});
  const same = await world.query(
    `SELECT s.record_id FROM main.visma.supplier AS s JOIN main.visma.customer AS c
     ON s.main_contact_email = c.main_contact_email WHERE s.main_contact_email = '${hashOf(`${planted}@x.se`)}'`,
  );
  assert.equal(same.length, 1, 'equal values have equal hashes in every table');
  assert.deepEqual((await world.run('sync', {resources})).tables, [], 'and a quiet run stays quiet');
});

test('I16 a rule that is added reaches the rows that are held, marked ones too', async t => {
  const world = await openLoaded(t);
  const before = await world.query("SELECT MAX(_commit) AS n FROM main.visma.supplier WHERE company_id = 'se'");
  const report = await world.run('sync', {resources, privacy: rules, environment});
  assert.deepEqual(report.problems, []);
  assert.equal(report.exitCode, 0);
  await assertNowhere(world);
  await world.assertTruth({...only, ...veil});
  const [gone] = await world.query(
    'SELECT symbol, description, _record FROM main.visma.currency WHERE _deleted_at IS NOT NULL',
  );
  assert.deepEqual([gone?.['description'], gone?.['_record']], [null, '{}']);
  assert.ok(gone?.['symbol'] !== undefined, 'what is not protected stays');
  const after = await world.query('SELECT MIN(_commit) AS n FROM main.visma.supplier');
  assert.ok(Number(after[0]?.['n']) > Number(before[0]?.['n']), 'whoever reads on from a commit learns of it');
  const notes = report.notes.join('\n');
  for (const name of only.resources)
    assert.match(notes, new RegExp(`privacy rules of ${name} changed: .* VACUUM .*\\d{4}-`));

  const quiet = await world.run('sync', {resources, privacy: rules, environment});
  assert.deepEqual([quiet.tables, quiet.notes], [[], []], 'once is enough');
  await changeEverywhere(world);
  assert.equal((await world.run('sync', {resources, privacy: rules, environment})).exitCode, 0);
  await world.assertTruth({...only, ...veil});
});

/** What every file of the workspace says; a Parquet file as it is read. */
async function textsOfFiles(world: World): Promise<readonly string[]> {
  const folder = path.join(world.folder, 'workspace');
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  const files = entries.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  assert.ok(files.some(file => file.endsWith('.parquet')));
  return Promise.all(
    files.map(async file => {
      const bytes = await readFile(file);
      if (!file.endsWith('.parquet')) return bytes.toString('latin1');
      const {columns} = await queryFile(bytes, at => `SELECT * FROM read_parquet('${at}')`);
      return JSON.stringify(columns);
    }),
  );
}
