import assert from 'node:assert/strict';
import {execFile, execFileSync, spawnSync} from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after, before} from 'node:test';
import {promisify} from 'node:util';
import {startVisma} from '../sim/visma/visma.ts';

const root = path.join(import.meta.dirname, '../..');
const script = 'visma-databricks.mjs';
const {version} = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {version: string};
const folder = mkdtempSync(path.join(tmpdir(), 'visma-built-'));

const config = `
visma:
  client_id: me
  client_secret: \${VISMA_CLIENT_SECRET}
  companies: [{id: se, name: Nordic Software AB, tenant_id: t-se, currency: SEK}]
databricks: {host: "https://workspace.example", warehouse_id: w1}
`;

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the built file in a folder that holds nothing else. */
function built(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Ran {
  const ran = spawnSync(process.execPath, [script, ...argv], {cwd: folder, env: environment, encoding: 'utf8'});
  return {code: ran.status, out: ran.stdout, err: ran.stderr};
}

const lastLine = (text: string): unknown => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');

before(() => {
  execFileSync(process.execPath, ['esbuild.config.mjs'], {cwd: root, stdio: ['ignore', 'ignore', 'inherit']});
  copyFileSync(path.join(root, 'dist', script), path.join(folder, script));
  writeFileSync(path.join(folder, 'visma.yml'), config);
});

after(() => rmSync(folder, {recursive: true}));

test('the built file says its version where there are no packages', () => {
  assert.deepEqual(built(['--version']), {code: 0, out: `${version}\n`, err: ''});
});

test('the built file checks itself and its configuration without the network', () => {
  const {code, out, err} = built(['check', '--offline', '--config', 'visma.yml'], {VISMA_CLIENT_SECRET: 'hush-hush'});
  assert.equal(code, 0, err);
  assert.match(out, new RegExp(`visma-databricks ${version}`));
  assert.doesNotMatch(out + err, /hush-hush|Warning/);
});

test('the built file ends with 2 where arguments or configuration are wrong, and with a report for a program', () => {
  assert.equal(built(['nonsense']).code, 2);
  const {code, out} = built(['check', '--offline', '--config', 'visma.yml', '--json']);
  assert.equal(code, 2);
  const {exitCode, problems} = lastLine(out) as {exitCode: number; problems: ReadonlyArray<{message: string}>};
  assert.equal(exitCode, 2);
  assert.match(problems[0]?.message ?? '', /VISMA_CLIENT_SECRET/);
});

test('the built file says that DuckDB must be installed for a local workspace', () => {
  const argv = ['status', '--local', 'workspace', '--config', 'visma.yml', '--json'];
  const {code, out} = built(argv, {VISMA_CLIENT_SECRET: 'hush-hush'});
  assert.notEqual(code, 0);
  const {problems} = lastLine(out) as {problems: unknown};
  assert.match(JSON.stringify(problems), /@duckdb\/node-api/);
});

test('the built file reads, lands and commits, with DuckDB beside it and nothing else', async () => {
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(path.join(root, 'node_modules/@duckdb'), path.join(folder, 'node_modules/@duckdb'));
  const visma = await startVisma({size: {invoices: 10, journalLines: 40, suppliers: 5, customers: 5}});
  try {
    const {clientId, clientSecret, tokenUrl, apiUrl} = visma;
    const companies = visma.companies.map(({id, tenantId, currency}) => ({id, tenant_id: tenantId, currency}));
    const access = {client_id: clientId, client_secret: clientSecret, token_url: tokenUrl, api_url: apiUrl};
    writeFileSync(path.join(folder, 'books.yml'), JSON.stringify({visma: {...access, companies}}));
    const argv = [script, 'sync', '--local', 'workspace', '--config', 'books.yml', '--json'];
    const {stdout} = await promisify(execFile)(process.execPath, argv, {cwd: folder, env: {}});
    const {outcome, tables} = lastLine(stdout) as {
      outcome: string;
      tables: ReadonlyArray<{table: string; new: number}>;
    };
    assert.equal(outcome, 'done');
    assert.ok((tables.find(({table}) => table === 'supplier')?.new ?? 0) > 0);
  } finally {
    await visma.close();
  }
});

test('the build makes one file, and nothing else is beside it but the Node that the bundle ships', () => {
  const archive = 'node-linux-x64.gz';
  assert.deepEqual(
    readdirSync(path.join(root, 'dist')).filter(file => file !== archive),
    [script],
  );
});
