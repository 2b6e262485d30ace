import assert from 'node:assert/strict';
import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {createInterface} from 'node:readline';
import test, {type TestContext} from 'node:test';
import {promisify} from 'node:util';
import type {SyncError} from '../../src/base/errors.ts';
import type {LocalWorkspace} from '../../src/local/local.ts';
import {openSession, rowsOf, send, tokenOf} from './driver.ts';
import {atEnd, newFolder, openLocal} from './opened.ts';

interface Started {
  readonly process: ChildProcess;
  readonly workspace: LocalWorkspace;
}

/** A workspace as a process of its own. */
async function start(t: TestContext, folder: string): Promise<Started> {
  const script = path.join(import.meta.dirname, '..', 'local-process.ts');
  const child = spawn(process.execPath, [script, '--folder', folder], {stdio: ['ignore', 'pipe', 'inherit']});
  atEnd(t, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const [line] = await once(createInterface({input: child.stdout}), 'line');
  return {process: child, workspace: JSON.parse(line)};
}

async function kill({process: child}: Started): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('what was written is there after close and open: rows, comments, copied paths, files', async t => {
  const folder = await newFolder(t);
  const first = await openLocal(t, {folder});
  await first.workspace.query("CREATE TABLE main.default.t (id STRING COMMENT 'the key') CLUSTER BY (id)");
  await first.workspace.query("INSERT INTO main.default.t VALUES ('a')");
  await first.workspace.query('CREATE VIEW main.default.v AS SELECT CAST(id AS BIGINT) AS n FROM main.default.t');
  await first.workspace.query('CREATE VOLUME main.default.v');
  const described = await first.workspace.query('DESCRIBE main.default.t');
  await first.workspace.close();
  const second = await openLocal(t, {folder});
  assert.deepEqual(await second.workspace.query('SELECT * FROM main.default.t'), [{id: 'a'}]);
  assert.deepEqual(await second.workspace.query('DESCRIBE main.default.t'), described);
  await assert.rejects(second.workspace.query('SELECT * FROM main.default.v'), /CAST_INVALID_INPUT/);
  assert.equal((await second.workspace.query('SHOW VOLUMES IN main.default')).length, 1);
});

test('a folder is open once at a time, in this process and any other', async t => {
  const folder = await newFolder(t);
  const {process: child} = await start(t, folder);
  const opening = async (): Promise<unknown> => openLocal(t, {folder}).catch((error: SyncError) => error.kind);
  assert.equal(await opening(), 'conflict');
  child.kill('SIGTERM');
  await once(child, 'exit');
  const {workspace} = await openLocal(t, {folder});
  assert.equal(await opening(), 'conflict');
  assert.equal((await workspace.query('SELECT 1 AS one')).length, 1);
});

test('killed at any moment, every change is there whole or not at all', async t => {
  const folder = await newFolder(t);
  let done = 0n;
  for (const survived of [1, 4, 9]) {
    const started = await start(t, folder);
    const session = await openSession(t, started.workspace, {willDie: true});
    await rowsOf(session, 'CREATE TABLE IF NOT EXISTS main.default.t (n BIGINT)');
    const running = (async () => {
      for (let count = 0; ; count++) {
        await rowsOf(
          session,
          `INSERT INTO main.default.t SELECT max(n) + 1 FROM (SELECT n FROM main.default.t
          UNION ALL SELECT 0) CROSS JOIN (VALUES (1), (2), (3)) AS three(k) GROUP BY k`,
        );
        done += 1n;
        if (count === survived) void kill(started);
      }
    })();
    await assert.rejects(running);
  }
  const {workspace} = await start(t, folder);
  const session = await openSession(t, workspace);
  const [{rows, steps, most}] = (await rowsOf(
    session,
    'SELECT count(*) AS rows, count(DISTINCT n) AS steps, max(n) AS most FROM main.default.t',
  )) as [{rows: bigint; steps: bigint; most: bigint}];
  assert.equal(rows, steps * 3n);
  assert.equal(most, steps);
  assert.ok(steps >= done, 'what was answered is there');
});

test('without DuckDB the workspace says what to install', async t => {
  const hook = `import {registerHooks} from 'node:module';
    registerHooks({resolve: (name, context, next) => {
      if (name === '@duckdb/node-api') throw new Error('not installed');
      return next(name, context);
    }});`;
  const script = `const {openLocalWorkspace} = await import('./src/local/local.ts');
    const clock = {now: () => new Date(0)};
    const random = {id: () => 'a', fraction: () => 0};
    await openLocalWorkspace({folder: process.argv[1], catalog: 'main', clock, random})
      .catch(error => console.log(error.kind, error.message, error.hint));`;
  const root = path.join(import.meta.dirname, '..', '..');
  const flags = [
    '--import',
    `data:text/javascript,${encodeURIComponent(hook)}`,
    '--input-type=module',
    '-e',
    script,
    await newFolder(t),
  ];
  const {stdout} = await promisify(execFile)(process.execPath, flags, {cwd: root});
  assert.match(stdout, /^absent DuckDB is not installed, and --local needs it Run npm install @duckdb\/node-api/);
});

test('a process serves files and tokens like any workspace, and closes on SIGTERM', async t => {
  const {process: child, workspace} = await start(t, await newFolder(t));
  const authorization = `Bearer ${await tokenOf(workspace)}`;
  const path = `/api/2.0/sql/warehouses/${workspace.warehouseId}`;
  assert.equal((await send(workspace, {method: 'GET', path, headers: {authorization}})).status, 200);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
});
