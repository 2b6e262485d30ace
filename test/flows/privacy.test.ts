import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {queryFile} from '../parquet/read-back.ts';
import {type FaultyProxy, startFaultyProxy} from '../sim/faulty-proxy.ts';
import type {Entity} from '../sim/visma/visma.ts';
import type {Rule} from './veil.ts';
import {World} from './world.ts';

const salt = 'a salt of the flows, long enough';
const environment = {VISMA_PRIVACY_SALT: salt};
const hashOf = (text: string): string => createHmac('sha256', salt).update(text).digest('hex');

const resources = 'supplier customer currency';
const only = {resources: resources.split(' ')};
const planted = 'zebrafinch';

const rules: readonly Rule[] = [
  {resource: 'supplier', columns: ['main_contact_email', 'supplier_attribute.value'], rule: 'hash'},
  {resource: 'supplier', columns: ['main_address_city', 'supplier_attribute.description'], rule: 'drop'},
  {resource: 'customer', columns: ['main_contact_email'], rule: 'hash'},
  {resource: 'currency', columns: ['description'], rule: 'drop'},
];
const veil = {privacy: rules, salt};

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

test('a rule that is lifted brings the text back to live rows', async t => {
  const world = await openLoaded(t, {privacy: rules, environment});
  const report = await world.run('sync', {resources, privacy: [], environment});
  assert.match(report.notes.join('\n'), /privacy rules of supplier were loosened/);
  await world.assertTruth({...only, privacy: [], salt: environment.VISMA_PRIVACY_SALT});
  const [gone] = await world.query('SELECT description FROM main.visma.currency WHERE _deleted_at IS NOT NULL');
  assert.equal(gone?.['description'], null);
});

test('another salt reaches every row', async t => {
  const world = await openLoaded(t, {privacy: rules, environment});
  const other = 'another salt, as long as it has to be';
  const report = await world.run('sync', {resources, privacy: rules, environment: {VISMA_PRIVACY_SALT: other}});
  assert.equal(report.exitCode, 0);
  await world.assertTruth({...only, privacy: rules, salt: other});
});

test('a load that was landed under other rules is set aside, and its window read again', async t => {
  const world = await openLoaded(t);
  await changeEverywhere(world);
  await world.run('land', {resources});
  const committed = await world.run('commit', {resources, privacy: rules, environment});
  assert.equal(committed.exitCode, 0);
  await assertNowhere(world);
  const aside = await world.query("SELECT reason FROM main.visma_control.load WHERE state = 'set aside'");
  assert.deepEqual(
    aside.map(row => row['reason']),
    ['it was landed under other privacy rules', 'it was landed under other privacy rules'],
  );
  assert.equal((await world.run('sync', {resources, privacy: rules, environment})).exitCode, 0);
  await world.assertTruth({...only, ...veil});
});

test('land reads everything under the new rules, and its loads are committed', async t => {
  const world = await openLoaded(t);
  await world.run('land', {resources, privacy: rules, environment});
  const committed = await world.run('commit', {resources, privacy: rules, environment});
  assert.equal(committed.exitCode, 0);
  assert.deepEqual(await world.query("SELECT * FROM main.visma_control.load WHERE state = 'set aside'"), []);
  await assertNowhere(world);
  await world.assertTruth({...only, ...veil});
});

/** The statements between which a run may end, each by a part of its text. */
const places: ReadonlyArray<readonly [what: string, statement: string]> = [
  ['rows are blanked', 'MERGE INTO `main`.`visma`.`supplier` AS t\nUSING (SELECT 1 AS held'],
  ['staging is cleared', 'MERGE INTO `main`.`visma_staging`.`supplier` '],
  ['the windows are forgotten', 'MERGE INTO `main`.`visma_control`.`checkpoint` AS t\nUSING (SELECT 1 AS held'],
  ['the rules are noted', 'MERGE INTO `main`.`visma_control`.`privacy` '],
  ['what was read again is merged', 'MERGE INTO `main`.`visma`.`supplier` AS t\nUSING (\n'],
];

test('I10 killed anywhere on the way to new rules, the next run ends in the same tables', async t => {
  const {world, proxy} = await openBehindProxy(t);
  const supplierOnly = {resources: 'supplier', environment};
  for (const [index, [what, statement]] of places.entries()) {
    // What is killed after one of them is killed before the next.
    for (const when of index === 0 ? (['before', 'after'] as const) : (['after'] as const)) {
      await t.test(`killed ${when} ${what}`, async () => {
        await world.run('sync', {...supplierOnly, privacy: []});
        await runUntilDeath(world, proxy, {statement, when});
        await world.query('UPDATE main.visma_control.lease SET expires_at = current_timestamp()');
        const report = await world.run('sync', {...supplierOnly, privacy: rules});
        assert.deepEqual(report.problems, []);
        await assertNowhere(world, ['supplier']);
        await world.assertTruth({resources: ['supplier'], ...veil});
      });
    }
  }
});

test('I26 a resource that cannot be masked waits alone: the others are masked and go on', async t => {
  const {world, proxy} = await openBehindProxy(t);
  await changeEverywhere(world);
  const noted = async (): Promise<unknown> =>
    (await world.query("SELECT fingerprint FROM main.visma_control.privacy WHERE resource = 'supplier'"))[0]?.[
      'fingerprint'
    ];
  const before = await noted();
  const blanked = 'MERGE INTO `main`.`visma`.`supplier` AS t\nUSING (SELECT 1 AS held';
  const lift = proxy.add({statement: blanked, does: {status: 403, body: '{}'}});
  const report = await world.run('sync', {resources, privacy: rules, environment, host: proxy.host});
  assert.equal(report.exitCode, 1);
  assert.equal(report.problems.length, 1, JSON.stringify(report.problems));
  await world.assertTruth({resources: ['customer'], ...veil});
  assert.equal(await noted(), before, 'the next run finds that its rules differ');
  lift();
  assert.equal((await world.run('sync', {resources, privacy: rules, environment})).exitCode, 0);
  assert.notEqual(await noted(), before);
  await assertNowhere(world);
  await world.assertTruth({...only, ...veil});
});

/** Plants a text wherever the rules look. */
function plantAll({visma}: World): void {
  const which = {company: 'se', collection: 'supplier'};
  const [supplier] = visma.truth('se')['supplier'] ?? [];
  const [customer] = visma.truth('se')['customer'] ?? [];
  const email = `${planted}@x.se`;
  const {mainContact, mainAddress} = supplier ?? {};
  visma.change({
    ...which,
    key: String(supplier?.['number']),
    fields: {
      mainContact: {...(mainContact as Entity), email},
      mainAddress: {...(mainAddress as Entity), city: `${planted} city`},
      attributes: [{id: 'REGION', value: `${planted} value`, description: `${planted} description`}],
    },
  });
  visma.change({
    company: 'se',
    collection: 'customer',
    key: String(customer?.['number']),
    fields: {mainContact: {...(customer?.['mainContact'] as Entity), email}},
  });
  visma.insert({
    company: 'se',
    collection: 'currency',
    record: {id: 'ZZZ', description: `${planted} money`, symbol: 'z', decimalPrecision: 2},
  });
}

async function changeEverywhere(world: World): Promise<void> {
  world.visma.clock.advance(3 * 3_600_000);
  const [, supplier, third] = world.visma.truth('se')['supplier'] ?? [];
  for (const each of [supplier, third]) {
    const mainContact = {...(each?.['mainContact'] as Entity), email: `${planted}-later@x.se`};
    world.visma.change({
      company: 'se',
      collection: 'supplier',
      key: String(each?.['number']),
      fields: {mainContact},
    });
  }
  const [, customer] = world.visma.truth('se')['customer'] ?? [];
  const which = {company: 'se', collection: 'customer', key: String(customer?.['number'])};
  world.visma.change({...which, fields: {creditDaysPastDue: world.visma.clock.now().getTime() % 1000}});
}

/** Everything planted is held, and one currency of it is marked. */
async function openLoaded(t: test.TestContext, more: {privacy?: readonly Rule[]; environment?: object} = {}) {
  const options = {resources, privacy: more.privacy ?? [], ...(more.environment && {environment})};
  const world = await World.loaded(t, {visma: {companies: ['se']}}, {...options, prepare: plantAll});
  world.visma.delete({company: 'se', collection: 'currency', key: 'ZZZ'});
  assert.equal((await world.run('sync', options)).exitCode, 0);
  await world.assertTruth({...only, ...(more.privacy && {privacy: more.privacy, salt})});
  return world;
}

async function openBehindProxy(t: test.TestContext): Promise<{world: World; proxy: FaultyProxy}> {
  const world = await openLoaded(t);
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  return {world, proxy};
}

interface Death {
  readonly statement: string;
  readonly when: 'before' | 'after';
}

/** Runs a sync that ends without another word at that place: nothing that it would still send arrives. */
async function runUntilDeath(world: World, proxy: FaultyProxy, {statement, when}: Death): Promise<void> {
  const stop = new AbortController();
  const lifts: Array<() => void> = [];
  let died = false;
  const die = (): void => {
    died = true;
    lifts.push(proxy.add({does: 'refuse'}));
    stop.abort();
  };
  const place = {statement, nth: 1};
  lifts.push(
    proxy.add(
      when === 'before' ? {...place, does: 'refuse', before: die} : {...place, does: 'drop answer', after: die},
    ),
  );
  await world.run('sync', {resources: 'supplier', privacy: rules, environment, host: proxy.host, signal: stop.signal});
  for (const lift of lifts) lift();
  assert.ok(died, 'the place was reached');
}

/** What was planted stands in no column of any table; or of those of these resources. */
async function assertNowhere(world: World, named: readonly string[] = only.resources): Promise<void> {
  for (const schema of ['visma', 'visma_staging', 'visma_control']) {
    for (const {tableName} of await world.query(`SHOW TABLES IN main.${schema}`)) {
      const isOther = schema !== 'visma_control' && !named.some(name => String(tableName).startsWith(name));
      if (isOther) continue;
      const rows = await world.query(`SELECT * FROM main.${schema}.${tableName}`);
      const text = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      assert.ok(!text.includes(planted), `${schema}.${tableName} holds it`);
    }
  }
}

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
