import assert from 'node:assert/strict';
import {hash} from 'node:crypto';
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {entitiesIn, numberText} from '../sim/visma/exact.ts';
import {scaled} from '../sim/visma/money.ts';
import {fileOf, folderOf, readCertificate, volumeOf} from './certificates.ts';
import {openBooks, postedLines} from './ledger-books.ts';

const units = (text: string | undefined): bigint => scaled(text ?? '', 18);

test('I22 a run that changed something leaves a certificate of what was read, written, held and proven', async t => {
  const world = await openBooks(t);
  const {visma} = world;
  const first = await world.run('sync');
  const {content, sha256} = await readCertificate(world, first.run);
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
    const next = (await readCertificate(world, second.run)).content;
    assert.equal(next.configuration, content.configuration);
    assert.ok(next.passes.some(({since, resource}) => since !== undefined && resource === 'journal_transaction'));
  });
});
