import assert from 'node:assert/strict';
import {copyFile, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after, before} from 'node:test';
import {systemClock} from '../../src/base/clock.ts';
import {systemRandom} from '../../src/base/random.ts';
import {type LocalWorkspace, openLocalWorkspace} from '../../src/local/local.ts';
import {startVisma, type VismaSim} from '../sim/visma/visma.ts';
import {Cluster} from './cluster.ts';
import {makePython, type Python} from './python.ts';

/*
 * The built bundle, run as a cluster runs it: the five uploaded files, the init script in an environment that holds
 * nothing but what the bundle says, then the launcher as the task of a job, with the real databricks-sdk.
 */
let folder: string;
let visma: VismaSim;
let workspace: LocalWorkspace;
let python: Python;
let cluster: Cluster;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'visma-bundle-'));
  visma = await startVisma({size: {invoices: 30, journalLines: 240, suppliers: 12, customers: 12}});
  workspace = await openLocalWorkspace({
    folder: path.join(folder, 'workspace'),
    catalog: 'main',
    clock: systemClock,
    random: systemRandom,
  });
  python = await makePython(['databricks-sdk']);
  cluster = await Cluster.make({visma, workspace, python: python.executable});
});

after(async () => {
  await Promise.all([visma.close(), workspace.close(), python.remove(), cluster.remove()]);
  await rm(folder, {recursive: true, force: true});
});

/** One line that says what is wrong, a failed start, and no half file left behind. */
async function assertRefused(ran: {code: number | null; output: string}, said: RegExp): Promise<void> {
  assert.notEqual(ran.code, 0);
  assert.match(ran.output, said);
  assert.equal(ran.output.trimEnd().split('\n').length, 1, ran.output);
  assert.doesNotMatch(ran.output, new RegExp(visma.clientSecret));
}

test('the init script refuses what is not whole, each with one line', async () => {
  const archive = path.join(cluster.files, 'dist/node-linux-x64.gz');
  const aside = `${archive}.aside`;
  await assertRefused(await cluster.init({VISMA_BUNDLE: undefined}), /VISMA_BUNDLE: init\.sh: it must be in spark_env/);
  await assertRefused(await cluster.init({NODE_SHA256: undefined}), /NODE_SHA256: init\.sh: it must be in spark_env/);
  await assertRefused(
    await cluster.init({NODE_SHA256: '0'.repeat(64)}),
    /has the hash [\da-f]{64}, not node_sha256, 00/,
  );
  await rename(archive, aside);
  await assertRefused(await cluster.init(), /cannot read .*node-linux-x64\.gz: was the bundle deployed with its build/);
  await copyFile(aside, archive);
  await truncate(archive, 1_000_000);
  const cut = await cluster.init();
  assert.notEqual(cut.code, 0);
  assert.match(cut.output, /init\.sh: .*node-linux-x64\.gz is not a whole gzip file/);
  await rename(aside, archive);
});

test('it puts Node in place and lets the program check itself; on a worker it does nothing', async t => {
  const first = await cluster.init();
  assert.equal(first.code, 0, first.output);
  assert.match(
    first.output,
    /^init\.sh: Node v26\.[\d.]+ in .* visma-databricks \d+\.\d+\.\d+: everything .* is there/,
  );
  const second = await cluster.init();
  assert.equal(second.code, 0, second.output);
  const worker = await cluster.init({DB_IS_DRIVER: 'FALSE'});
  assert.deepEqual({code: worker.code, output: worker.output}, {code: 0, output: ''});
  const bytes = (await stat(path.join(cluster.files, 'dist/node-linux-x64.gz'))).size;
  assert.equal(first.output.trimEnd().split('\n').length, 1, first.output);
  const seconds = [first, second, worker].map(({ms}) => (ms / 1000).toFixed(1)).join(', ');
  t.diagnostic(`init.sh takes ${seconds} s (first, again, worker); the archive has ${bytes} bytes`);
});

test('what the init script has compiled need not be compiled again', async t => {
  const starts: number[] = [];
  const argv = ['check', '--offline', '--json', '--config', path.join(cluster.files, 'bundle/visma.yml')];
  for (let time = 0; time < 5; time++) {
    const startedAt = performance.now();
    let firstLineAt: number | undefined;
    const ran = await cluster.program(argv, () => {
      firstLineAt ??= performance.now();
    });
    assert.equal(ran.code, 0, ran.output);
    starts.push((firstLineAt ?? 0) - startedAt);
  }
  const compiled = path.join(cluster.folder, 'opt/visma-node/compiled');
  assert.ok((await readdir(compiled, {recursive: true})).length > 1);
  t.diagnostic(`from start to first line: ${starts.map(ms => Math.round(ms)).join(', ')} ms`);
});

test('a configuration that is wrong fails the start of the cluster, with all that is wrong in one line', async () => {
  const file = path.join(cluster.files, 'bundle/visma.yml');
  const whole = await readFile(file, 'utf8');
  await writeFile(file, whole.replace('"overlap"', '"ovelap"'));
  await assertRefused(await cluster.init({VISMA_CLIENT_ID: ''}), /ovelap.*VISMA_CLIENT_ID is empty/);
  await writeFile(file, whole);
});

const live = async (table: string): Promise<number> => {
  const [row] = await workspace.query(`SELECT COUNT(*) AS n FROM dev_me_visma.${table} WHERE _deleted_at IS NULL`);
  return Number(row?.['n']);
};

const expected = (collection: string): number =>
  visma.companies.reduce((sum, {id}) => sum + (visma.truth(id)[collection]?.length ?? 0), 0);

test('visma_check tries everything as the principal of the job', async () => {
  const ran = await cluster.run('visma_check');
  assert.equal(ran.code, 0, ran.output);
  assert.equal(ran.values['outcome'], 'done');
});

test('visma_sync: rows arrive, in the schemas of the deployment, and the report is in the task values', async () => {
  const ran = await cluster.run('visma_sync', {parameters: {resources: 'supplier journal_transaction'}});
  assert.equal(ran.code, 0, ran.output);
  assert.equal(await live('supplier'), expected('supplier'));
  const {outcome, partial, exit_code, report} = ran.values;
  assert.deepEqual({outcome, partial, exit_code}, {outcome: 'done', partial: 'false', exit_code: 0});
  const {command, tables} = report as {command: string; tables: ReadonlyArray<{table: string; new: number}>};
  assert.equal(command, 'sync');
  assert.equal(tables.find(({table}) => table === 'supplier')?.new, expected('supplier'));
  assert.doesNotMatch(ran.output, new RegExp(`${visma.clientSecret}|${workspace.clientSecret}`));
});

test('what the parameters of the jobs ask for is what the program does', async () => {
  const commands: string[] = [];
  const asked = [
    ['visma_sync', {dry_run: 'true', resources: 'supplier'}],
    ['visma_sync', {full_refresh: 'true', resources: 'currency'}],
    ['visma_sync', {since: '2020-01-01T00:00:00', resources: 'supplier', companies: 'se'}],
    ['visma_resync', {resources: 'currency', reason: 'they asked'}],
    ['visma_sweep', {resources: 'supplier', companies: 'se'}],
  ] as const;
  for (const [job, parameters] of asked) {
    const ran = await cluster.run(job, {parameters});
    assert.equal(ran.code, 0, ran.output);
    commands.push((ran.values['report'] as {command: string}).command);
  }
  assert.deepEqual(commands, ['plan', 'resync', 'resync', 'resync', 'sweep']);
  const rows = await workspace.query('SELECT DISTINCT requested_by, reason FROM dev_me_visma_control.resync');
  const said = rows.map(row => `${String(row['requested_by'])}: ${String(row['reason'])}`);
  assert.deepEqual(said.sort(), [
    'job run 4711: full_refresh, in job run 4711',
    'job run 4711: since 2020-01-01T00:00:00, in job run 4711',
    'job run 4711: they asked',
  ]);
});

test('with client credentials in the environment it acts as their principal', async () => {
  const environment = {
    DATABRICKS_CLIENT_ID: workspace.clientId,
    DATABRICKS_CLIENT_SECRET: workspace.clientSecret,
    STAND_IN_CLIENT_SECRET: 'of no use',
  };
  const ran = await cluster.run('visma_sync', {parameters: {resources: 'currency'}, environment});
  assert.equal(ran.code, 0, ran.output);
  assert.doesNotMatch(ran.output, new RegExp(workspace.clientSecret));
});

test('where no init script ran, the launcher puts Node in place itself', async () => {
  const environment = {NODE_HOME: path.join(folder, 'elsewhere/visma-node'), TMPDIR: folder};
  const ran = await cluster.run('visma_check', {environment});
  assert.equal(ran.code, 0, ran.output);
  assert.match(ran.output, /^init\.sh: Node v26/m);
  await writeFile(path.join(cluster.files, 'bundle/none.gz'), '');
  const wrong = {...environment, TMPDIR: path.join(folder, 'workspace'), NODE_SHA256: 'f'.repeat(64)};
  const refused = await cluster.run('visma_check', {environment: wrong});
  assert.equal(refused.code, 1);
  assert.match(refused.output, /Failed: launch\.py: Node could not be put in place: init\.sh: .* not node_sha256/);
});

test('a secret that Visma.net refuses: exit code 1, the hint in the error, the secret nowhere', async () => {
  const environment = {VISMA_CLIENT_SECRET: 'wrong-but-secret'};
  const ran = await cluster.run('visma_sync', {parameters: {resources: 'supplier'}, environment});
  assert.equal(ran.code, 1);
  assert.match(ran.output, /Failed: sync failed \(exit code 1\)\ncredentials: .*\n {2}hint: .*\n/);
  assert.doesNotMatch(ran.output, /wrong-but-secret/);
  assert.equal(ran.values['outcome'], 'failed');
});

test('a workspace that refuses the principal, and a runtime that does not say who it is', async () => {
  const refused = await cluster.run('visma_sync', {environment: {STAND_IN_CLIENT_SECRET: 'wrong'}});
  assert.equal(refused.code, 1);
  assert.match(refused.output, /Failed: launch\.py: the runtime does not say who runs this job \(HTTPError\)/);
  const nobody = await cluster.run('visma_sync', {environment: {PYTHONPATH: ''}});
  assert.equal(nobody.code, 1);
  assert.match(nobody.output, /Failed: launch\.py: the runtime does not say who runs this job/);
});

test('a company that is not known: exit code 2', async () => {
  const ran = await cluster.run('visma_sync', {parameters: {companies: 'atlantis'}});
  assert.equal(ran.code, 1);
  assert.match(ran.output, /Failed: sync failed \(exit code 2\)\nusage: no company of the name: atlantis/);
  assert.equal(ran.values['exit_code'], 2);
});

test('a run that one company made partial: success that says so, or failure where that is asked for', async () => {
  const fault = {company: 'no', path: '/connect/token', kind: 'answer', status: 400, times: 99} as const;
  const set = visma.fault({...fault, body: '{"error":"invalid_client"}'});
  const parameters = {resources: 'supplier'};
  const ran = await cluster.run('visma_sync', {parameters});
  assert.equal(ran.code, 0, ran.output);
  assert.deepEqual(
    {outcome: ran.values['outcome'], partial: ran.values['partial'], exit_code: ran.values['exit_code']},
    {outcome: 'partial', partial: 'true', exit_code: 3},
  );
  const failed = await cluster.run('visma_sync', {parameters: {...parameters, fail_on_partial: 'true'}});
  set.lift();
  assert.equal(failed.code, 1);
  assert.match(failed.output, /Failed: sync partial \(exit code 3\)/);
});

test('groups of companies land side by side, and what landed is committed, whichever group failed', async () => {
  visma.clock.advance(86_400_000);
  const groups = await Promise.all(
    ['se no', 'dk'].map(input => cluster.run('visma_scale_out', {parameters: {input, resources: 'customer'}})),
  );
  for (const {code, output} of groups) assert.equal(code, 0, output);
  const none = await workspace.query("SELECT COUNT(*) AS n FROM dev_me_visma_control.load WHERE resource = 'customer'");
  assert.equal(Number(none[0]?.['n']), 0, 'landing commits nothing');
  const failed = await cluster.run('visma_scale_out', {task: 'commit', landed: 'failed'});
  assert.equal(failed.code, 1);
  assert.match(failed.output, /Failed: what landed is committed, but not every group of companies could be read/);
  assert.equal(await live('customer'), expected('customer'));
  const again = await cluster.run('visma_scale_out', {task: 'commit', landed: 'success'});
  assert.equal(again.code, 0, again.output);
});

/** A program that asks for a token as it should, and as who must not get one. */
const asking = `
  const address = process.env.DATABRICKS_METADATA_SERVICE_URL;
  const headers = {'x-databricks-metadata-version': '1', 'x-databricks-host': process.env.DATABRICKS_HOST};
  const answers = [];
  const guessed = [new URL('/', address), address + 'x'].map(url => [url, {headers}]);
  for (const [url, how] of [[address, {headers}], [address, {}], ...guessed]) {
    const response = await fetch(url, how);
    answers.push([response.status, Object.keys(await response.json())]);
  }
  console.log('answers ' + JSON.stringify(answers));`;

test('the token of the run-as principal is given to who knows the path, on loopback, and to nobody else', async t => {
  const file = path.join(cluster.files, 'dist/visma-databricks.mjs');
  await rename(file, `${file}.aside`);
  t.after(() => rename(`${file}.aside`, file));
  await writeFile(file, asking);
  const ran = await cluster.run('visma_check');
  const [, answers = ''] = /^answers (.*)$/m.exec(ran.output) ?? [];
  assert.deepEqual(JSON.parse(answers), [
    [200, ['access_token', 'token_type', 'expires_on']],
    [404, []],
    [404, []],
    [404, []],
  ]);
});

test('stopped in the middle it ends within seconds, and the next run goes on from what is in the volume', async () => {
  const held = visma.fault({company: 'no', path: '/v1/supplierInvoice*', kind: 'slow', ms: 60_000, times: 99});
  let stoppedAt: number | undefined;
  const ran = await cluster.run('visma_sync', {
    parameters: {resources: 'customer_invoice supplier_invoice'},
    onOutput: (text, child) => {
      if (stoppedAt !== undefined || held.struck === 0 || !/"event":"pass ended".*"landed"/.test(text)) return;
      stoppedAt = performance.now();
      child.kill('SIGTERM');
    },
  });
  const seconds = (performance.now() - (stoppedAt ?? 0)) / 1000;
  held.lift();
  assert.equal(ran.code, 1);
  assert.ok(seconds < 10, `it took ${seconds} s`);
  assert.match(ran.output, /Failed: sync was stopped by SIGTERM; the next run goes on from what is in the volume/);
  assert.equal(ran.values['outcome'], 'stopped');
  const next = await cluster.run('visma_sync', {parameters: {resources: 'customer_invoice supplier_invoice'}});
  assert.equal(next.code, 0, next.output);
  assert.equal(await live('customer_invoice'), expected('customerinvoice'));
  assert.equal(await live('supplier_invoice'), expected('supplierInvoice'));
});
