import assert from 'node:assert/strict';
import {hash} from 'node:crypto';
import {copyFile, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import type {Certificate} from '../../src/model/certificate.ts';
import {entitiesIn, exact, numberText} from '../sim/visma/exact.ts';
import {scaled} from '../sim/visma/money.ts';
import {loadedBooks, openBooks, postedLines} from './ledger-books.ts';
import type {World} from './world.ts';

const volumeOf = ({folder}: World): string => path.join(folder, 'workspace/volumes/visma_staging/landing');
const folderOf = (world: World): string => path.join(volumeOf(world), 'run-state/certificates');

interface Written {
  readonly version: number;
  readonly sha256: string;
  readonly content: Certificate;
}

const fileOf = (world: World, run: string): string => path.join(folderOf(world), `${run}.json`);
const read = async (world: World, run: string): Promise<Written> =>
  JSON.parse(await readFile(fileOf(world, run), 'utf8')) as Written;

const units = (text: string | undefined): bigint => scaled(text ?? '', 18);

test('I22 a run that changed something leaves a certificate of what was read, written, held and proven', async t => {
  const world = await openBooks(t);
  const {visma} = world;
  const first = await world.run('sync');
  const {content, sha256} = await read(world, first.run);
  assert.deepEqual(first.certificate, {
    path: `/Volumes/main/visma_staging/landing/run-state/certificates/${first.run}.json`,
    sha256,
  });
  assert.equal(hash('sha256', JSON.stringify(content), 'hex'), sha256);
  const [row] = await world.query('SELECT report FROM main.visma_control.run');
  assert.deepEqual((JSON.parse(String(row?.['report'])) as typeof first).certificate, first.certificate);

  await t.test('counts and sums are those of the books', async () => {
    for (const {id: company} of visma.companies) {
      const batches = visma.truth(company)['journaltransaction'] ?? [];
      const lines = batches.flatMap(batch => entitiesIn(batch['journalTransactionLines']));
      const held = content.held.find(each => each.company === company && each.table === 'journal_transaction_line');
      assert.deepEqual([held?.live, held?.written, held?.marked], [lines.length, lines.length, 0]);
      const total = (side: 'debitAmount' | 'creditAmount'): bigint =>
        lines.reduce((sum, line) => sum + units(numberText(line[side])), 0n);
      assert.deepEqual([units(held?.debit), units(held?.credit)], [total('debitAmount'), total('creditAmount')]);
      const posted = postedLines(world).filter(line => line.company === company);
      const sum = content.ledger?.sums.find(({companyId}) => companyId === company);
      assert.equal(sum?.lines, posted.length);
      assert.equal(
        units(sum?.debit),
        posted.reduce((all, {debit}) => all + debit, 0n),
      );
      assert.equal(sum?.debit, sum?.credit);
      const pass = content.passes.find(each => each.company === company && each.resource === 'account');
      const accounts = visma.truth(company)['account']?.length;
      assert.deepEqual([pass?.listed, pass?.read, pass?.since], [accounts, accounts, undefined]);
    }
    const periods = new Set(postedLines(world).map(({company, period}) => `${company} ${period}`));
    const proven = content.ledger?.periods.filter(({state}) => state === 'proven') ?? [];
    for (const period of periods)
      assert.ok(
        proven.some(each => `${each.companyId} ${each.period}` === period),
        period,
      );
  });

  await t.test('each load bears the digest of its manifest and the rows that were staged', async () => {
    assert.ok(content.loads.length > 20);
    for (const {load, resource, sha256: digest, rows} of content.loads) {
      const text = await readFile(path.join(volumeOf(world), resource, load, 'load.json'), 'utf8');
      const manifest = JSON.parse(text) as {sha256: string; files: ReadonlyArray<{table: string; rows: number}>};
      assert.equal(manifest.sha256, digest);
      assert.equal(
        Object.values(rows).reduce((sum, count) => sum + count, 0),
        manifest.files.reduce((sum, file) => sum + file.rows, 0),
      );
    }
  });

  await t.test('no secret stands in it, and the same configuration has the same digest', async () => {
    const text = await readFile(fileOf(world, first.run), 'utf8');
    for (const secret of [visma.clientSecret, world.workspace.clientSecret]) assert.ok(!text.includes(secret));
    const quiet = await world.run('sync');
    assert.deepEqual([quiet.statements, quiet.certificate], [0, undefined]);
    assert.deepEqual(await readdir(folderOf(world)), [`${first.run}.json`], 'a run that found nothing new leaves none');
    const output = path.join(world.folder, 'quiet.html');
    const shown = await world.run('certificate', {run: quiet.run, output});
    assert.equal(shown.exitCode, 0);
    assert.match(
      shown.notes.join('\n'),
      new RegExp(`^${quiet.run} left no certificate.*: this is that of ${first.run}$`),
    );
    visma.clock.advance(3_600_000);
    visma.trade({company: 'se', invoices: 1, payments: 1});
    const second = await world.run('sync');
    const next = (await read(world, second.run)).content;
    assert.equal(next.configuration, content.configuration);
    assert.ok(next.passes.some(({since, resource}) => since !== undefined && resource === 'journal_transaction'));
  });
});

test('I22 a certificate that was altered is told by its digest, one that was replaced by control.run', async t => {
  const world = await openBooks(t, {visma: {companies: ['se']}});
  const {run} = await world.run('sync');
  const file = fileOf(world, run);
  const output = path.join(world.folder, 'page.html');
  const rendered = await world.run('certificate', {output});
  assert.deepEqual([rendered.exitCode, rendered.details?.[0]?.['run']], [0, run]);
  assert.match(String(rendered.details?.[0]?.['integrity']), /control\.run has the same/);
  const page = await readFile(output, 'utf8');
  assert.ok(page.includes('Proven') && !page.includes('role="alert"'));

  const {content, version} = await read(world, run);
  const forged = {...content, held: content.held.map(each => ({...each, live: each.live + 1}))};
  const write = (sha256: string): Promise<void> =>
    writeFile(file, JSON.stringify({version, sha256, content: forged}, undefined, 1));
  for (const [sha256, word] of [
    ['0'.repeat(64), /was altered/],
    [hash('sha256', JSON.stringify(forged), 'hex'), /was replaced/],
  ] as const) {
    await write(sha256);
    const report = await world.run('certificate', {run, output});
    assert.equal(report.exitCode, 1);
    assert.match(report.problems[0]?.message ?? '', word);
    assert.match(await readFile(output, 'utf8'), /role="alert"/);
  }
});

test('I22 a certificate of which control.run has no digest is not genuine', async t => {
  const world = await openBooks(t, {visma: {companies: ['se']}});
  const {run} = await world.run('sync');
  const quiet = await world.run('sync');
  assert.equal(quiet.certificate, undefined);
  const {content, version} = await read(world, run);
  const forged = {...content, run: quiet.run};
  const sha256 = hash('sha256', JSON.stringify(forged), 'hex');
  await writeFile(fileOf(world, quiet.run), JSON.stringify({version, sha256, content: forged}, undefined, 1));
  const output = path.join(world.folder, 'page.html');
  const shown = await world.run('certificate', {output});
  assert.equal(shown.exitCode, 1);
  assert.match(shown.problems[0]?.message ?? '', /is not genuine/);
  assert.match(await readFile(output, 'utf8'), /role="alert"/);
  assert.equal((await world.run('certificate', {run, output})).exitCode, 0, 'its own is');
});

test('I22 a certificate under the name of another run is told, and so is that a newer one is missing', async t => {
  const world = await openBooks(t, {visma: {companies: ['se']}});
  const first = await world.run('sync');
  world.visma.clock.advance(3_600_000);
  world.visma.trade({company: 'se', invoices: 1, payments: 0});
  const second = await world.run('sync');
  const quiet = await world.run('sync');
  const output = path.join(world.folder, 'page.html');
  const shown = async (run?: string): Promise<string> => {
    const {exitCode, details} = await world.run('certificate', {output, ...(run !== undefined && {run})});
    return `${exitCode} ${details?.[0]?.['integrity']}`;
  };
  assert.match(await shown(), /^0 /);
  await copyFile(fileOf(world, first.run), fileOf(world, quiet.run));
  for (const run of [undefined, quiet.run]) assert.match(await shown(run), /^1 .*in the place of another one/);
  await rm(fileOf(world, quiet.run));
  await rm(fileOf(world, second.run));
  for (const run of [undefined, second.run, quiet.run]) {
    assert.match(await shown(run), new RegExp(`^1 A newer certificate is missing: ${second.run} left one`));
    assert.match(await readFile(output, 'utf8'), /role="alert"/);
  }
  assert.match(await shown(first.run), /^0 /);
});

test('what differs stands in the certificate by its cells, with the exit code of the run', async t => {
  const world = await loadedBooks(t, {visma: {companies: ['se']}});
  const {visma} = world;
  const batch = visma.truth('se')['journaltransaction']?.findLast(({status, module}) => {
    return status === 'Posted' && module === 'ModuleCA';
  });
  assert.ok(batch);
  const key = [String(batch['module']), String(batch['batchNumber'])];
  visma.changeLine({
    ...{company: 'se', collection: 'journaltransaction', key, place: 0, stamp: false, rowVersion: false},
    fields: {debitAmount: exact('77.25')},
  });
  visma.delete({company: 'se', collection: 'journaltransaction', key});
  const failed = await world.run('reconcile');
  assert.equal(failed.exitCode, 1);
  const {content} = await read(world, failed.run);
  const period = String(batch['financialPeriod']);
  const state = content.ledger?.periods.find(each => each.period === period);
  assert.deepEqual([content.exitCode, content.outcome, state?.state], [1, 'failed', 'differs']);
  assert.equal(content.ledger?.differences.length, state?.differing);
  assert.ok(content.ledger?.differences.every(cell => cell.period === period && cell.companyId === 'se'));
  assert.equal(content.problems[0]?.kind, 'data');
});
