import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {chmod, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type TestContext} from 'node:test';

const script = path.join(import.meta.dirname, '..', '..', '.ci', 'audit.mjs');
const none = {auditReportVersion: 2, vulnerabilities: {}, metadata: {vulnerabilities: {total: 0}}};
const one = {
  auditReportVersion: 2,
  vulnerabilities: {weak: {name: 'weak', severity: 'high', range: '<2.0.0'}},
  metadata: {vulnerabilities: {total: 1}},
};

/** Runs the audit beside an npm that says just so. */
async function audited(t: TestContext, says: string): Promise<{readonly code: number | null; readonly said: string}> {
  const folder = await mkdtemp(path.join(tmpdir(), 'audit-'));
  t.after(() => rm(folder, {recursive: true}));
  await writeFile(path.join(folder, 'answer.json'), says);
  const npm = path.join(folder, 'npm');
  await writeFile(npm, `#!/bin/sh\ncat '${folder}/answer.json'\nexit 1\n`);
  await chmod(npm, 0o755);
  const {status, stdout, stderr} = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: {PATH: `${folder}:${process.env['PATH'] ?? ''}`},
  });
  return {code: status, said: stdout + stderr};
}

test('a registry that knows of nothing passes, one that names a weakness fails with its name', async t => {
  assert.deepEqual((await audited(t, JSON.stringify(none))).code, 0);
  const weak = await audited(t, JSON.stringify(one));
  assert.equal(weak.code, 1);
  assert.match(weak.said, /high: weak <2\.0\.0/);
});

test('a registry that can not be asked fails nothing, and it is said that nothing was audited', async t => {
  for (const says of [
    '',
    'npm error',
    JSON.stringify({error: {code: 'ENOTFOUND'}}),
    JSON.stringify({message: '405'}),
  ]) {
    const {code, said} = await audited(t, says);
    assert.equal(code, 0, says);
    assert.match(said, /not done/);
  }
});
