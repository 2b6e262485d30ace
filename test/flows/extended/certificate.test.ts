import assert from 'node:assert/strict';
import {hash} from 'node:crypto';
import {copyFile, readFile, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {exact} from '../../sim/visma/exact.ts';
import {fileOf, readCertificate} from '../certificates.ts';
import {loadedBooks, openBooks} from '../ledger-books.ts';

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

  const {content, version} = await readCertificate(world, run);
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
  const {content} = await readCertificate(world, failed.run);
  const period = String(batch['financialPeriod']);
  const state = content.ledger?.periods.find(each => each.period === period);
  assert.deepEqual([content.exitCode, content.outcome, state?.state], [1, 'failed', 'differs']);
  assert.equal(content.ledger?.differences.length, state?.differing);
  assert.ok(content.ledger?.differences.every(cell => cell.period === period && cell.companyId === 'se'));
  assert.equal(content.problems[0]?.kind, 'data');
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
