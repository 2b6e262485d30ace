import assert from 'node:assert/strict';
import {hash} from 'node:crypto';
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {fileOf, readCertificate} from '../certificates.ts';
import {openBooks} from '../ledger-books.ts';

test('I22 a certificate of which control.run has no digest is not genuine', async t => {
  const world = await openBooks(t, {visma: {companies: ['se']}});
  const {run} = await world.run('sync');
  const quiet = await world.run('sync');
  assert.equal(quiet.certificate, undefined);
  const {content, version} = await readCertificate(world, run);
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
