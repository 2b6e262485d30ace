import assert from 'node:assert/strict';
import {test} from 'node:test';
import {inspect} from 'node:util';
import {gzipSync} from 'node:zlib';
import {systemClock} from '../../src/base/clock.ts';
import {SyncError} from '../../src/base/errors.ts';
import {failureOf, openOn} from './opened-workspace.ts';

const path = '/Volumes/main/visma_staging/landing/supplier/l1/supplier-00000.parquet';
const files = `/api/2.0/fs/files${path}`;
const folder = '/Volumes/main/visma_staging/landing/supplier';
const directories = `/api/2.0/fs/directories${folder}`;
const bytes = Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 255]);

test('a file is put whole, over one of the same name, as raw bytes', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`PUT ${files}`, {status: 204});
  await workspace.files.put(path, bytes);
  const [sent] = server.requests(`PUT ${files}`);
  assert.equal(sent?.url, `${files}?overwrite=true`);
  assert.equal(sent?.headers['content-type'], 'application/octet-stream');
  assert.equal(sent?.headers['content-length'], '6');
  assert.equal(sent?.headers['user-agent'], 'visma-databricks/0.1.0');
  assert.deepEqual(sent?.body, bytes);
});

test('an empty file is put as one', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`PUT ${files}`, {status: 204});
  await workspace.files.put(path, new Uint8Array());
  assert.equal(server.requests(`PUT ${files}`)[0]?.headers['content-length'], '0');
});

test('each segment of a path is escaped, once', async t => {
  const {server, workspace} = await openOn(t);
  const escaped = '/api/2.0/fs/files/Volumes/m%C3%A5l/a%20b/c%3Fd/%231/100%25/x%2520.bin';
  server.plan(`PUT ${escaped}`, {status: 204});
  await workspace.files.put('/Volumes/mål/a b/c?d/#1/100%/x%20.bin', bytes);
  assert.equal(server.requests(`PUT ${escaped}`).length, 1);
});

test('a path that would become another one is refused', async t => {
  const {server, workspace} = await openOn(t);
  for (const wrong of ['/Volumes/a/../b', '/Volumes/a/./b', '/Volumes//b', '/Users/x', 'Volumes/x']) {
    assert.equal((await failureOf(workspace.files.read(wrong))).kind, 'defect', wrong);
  }
  assert.equal(server.seen.length, 0);
});

test('what fails for now is repeated: statuses, resets, an answer that does not come', async t => {
  const {server, workspace, clock, events} = await openOn(t, {requestTimeoutMs: 150});
  for (const status of [408, 429, 500, 502, 503, 504]) {
    server.plan(`PUT ${files}`, {status}, {status: 204});
    await workspace.files.put(path, bytes);
  }
  server.plan(`PUT ${files}`, {reset: true}, {hang: true}, {status: 204});
  await workspace.files.put(path, bytes);
  assert.equal(clock.slept.length, 8);
  assert.equal(events.filter(event => event.event === 'retry').length, 8);
  for (const sent of server.requests(`PUT ${files}`)) assert.deepEqual(sent.body, bytes);
});

test('an answer that is lost after its effect leaves the same file', async t => {
  const {server, workspace} = await openOn(t);
  const held: Buffer[] = [];
  server.plan(
    `PUT ${files}`,
    seen => {
      held.push(seen.body);
      return {reset: true};
    },
    seen => {
      held.push(seen.body);
      return {status: 204};
    },
  );
  await workspace.files.put(path, bytes);
  assert.deepEqual(held, [bytes, bytes]);
});

test('Retry-After is obeyed, in seconds and as a date of the clock that said it, whatever ours says', async t => {
  const {server, workspace, clock} = await openOn(t);
  const [date, later] = ['Sun, 01 Mar 2026 06:00:00 GMT', 'Sun, 01 Mar 2026 06:00:30 GMT'];
  clock.advance(24 * 3_600_000);
  server.plan(
    `PUT ${files}`,
    {status: 429, headers: {'retry-after': '11'}},
    {status: 503, headers: {date, 'retry-after': later}},
    {status: 204},
  );
  await workspace.files.put(path, bytes);
  assert.deepEqual(clock.slept, [11_000, 30_000]);
});

test('attempts come to an end', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`PUT ${files}`, {status: 503});
  const error = await failureOf(workspace.files.put(path, bytes));
  assert.equal(error.kind, 'transient');
  assert.equal(error.facts['status'], 503);
  assert.equal(server.requests(`PUT ${files}`).length, 5);
});

test('a missing right is not tried again', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`PUT ${files}`, {status: 403, body: {error_code: 'PERMISSION_DENIED', message: 'User robot@x lacks'}});
  const error = await failureOf(workspace.files.put(path, bytes));
  assert.equal(error.kind, 'permission');
  assert.equal(error.facts['errorCode'], 'PERMISSION_DENIED');
  assert.doesNotMatch(inspect(error), /robot@x/);
  assert.equal(server.requests(`PUT ${files}`).length, 1);
});

test('a put into a volume that is not there says so', async t => {
  const {workspace} = await openOn(t);
  const error = await failureOf(workspace.files.put(path, bytes));
  assert.equal(error.kind, 'absent');
  assert.match(error.hint, /volume/);
});

test('a full or refusing storage is said as such', async t => {
  const {server, workspace} = await openOn(t);
  for (const answer of [{status: 507}, {status: 413}, {status: 400, body: {error_code: 'QUOTA_EXCEEDED'}}]) {
    server.plan(`PUT ${files}`, answer);
    const error = await failureOf(workspace.files.put(path, bytes));
    assert.equal(error.kind, 'data');
    assert.match(error.hint, /quota/);
  }
});

test('a size is measured, and absent where there is no file', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`HEAD ${files}`, {headers: {'content-length': '5368709120'}}, {status: 404});
  assert.equal(await workspace.files.size(path), 5_368_709_120);
  assert.equal(await workspace.files.size(path), undefined);
  assert.equal(server.requests(`HEAD ${files}`)[0]?.headers['accept-encoding'], 'identity');
});

test('a file is read as it is, and absent where there is none', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`GET ${files}`, {body: bytes}, {status: 404});
  assert.deepEqual(Buffer.from((await workspace.files.read(path)) ?? []), bytes);
  assert.equal(await workspace.files.read(path), undefined);
});

test('a workspace that is not there is no absent file', async t => {
  const {server, workspace} = await openOn(t);
  server.plan('GET /oidc/.well-known/oauth-authorization-server', {status: 404});
  assert.equal((await failureOf(workspace.files.size(path))).kind, 'absent');
  assert.equal((await failureOf(workspace.files.list(folder))).kind, 'absent');
});

test('a folder is listed over all its pages, empty ones included', async t => {
  const {server, workspace} = await openOn(t);
  const date = 'Sun, 01 Mar 2026 07:00:00 GMT';
  server.plan(
    `GET ${directories}`,
    {
      headers: {date},
      body: {
        contents: [{path: `${folder}/l1`, name: 'l1', is_directory: true}],
        next_page_token: 'two&three',
      },
    },
    {headers: {date}, body: {next_page_token: 'last'}},
    {
      headers: {date},
      body: {
        contents: [{path: `${folder}/x y.json`, is_directory: false, file_size: 12, last_modified: 1772348400000}],
      },
    },
  );
  const listedAt = new Date(date);
  assert.deepEqual(await workspace.files.list(folder), [
    {name: 'l1', path: `${folder}/l1`, folder: true, bytes: 0, modifiedAt: listedAt, listedAt},
    {
      name: 'x y.json',
      path: `${folder}/x y.json`,
      folder: false,
      bytes: 12,
      modifiedAt: new Date(1772348400000),
      listedAt,
    },
  ]);
  assert.deepEqual(
    server.requests(`GET ${directories}`).map(({url}) => new URL(url, server.origin).searchParams.get('page_token')),
    [null, 'two&three', 'last'],
  );
});

test('a folder that is not there holds nothing', async t => {
  const {workspace} = await openOn(t);
  assert.deepEqual(await workspace.files.list(folder), []);
});

test('pages that go round in a circle are no listing', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`GET ${directories}`, {body: {contents: [], next_page_token: 'again'}});
  assert.equal((await failureOf(workspace.files.list(folder))).kind, 'protocol');
});

test('a file and an empty folder are removed; what is gone already is no error', async t => {
  const {server, workspace} = await openOn(t);
  server.plan(`DELETE ${files}`, {status: 204}, {status: 404});
  server.plan(`DELETE ${directories}`, {status: 204}, {status: 409, body: {error_code: 'DIRECTORY_NOT_EMPTY'}});
  await workspace.files.remove({path, folder: false});
  await workspace.files.remove({path, folder: false});
  await workspace.files.remove({path: folder, folder: true});
  const error = await failureOf(workspace.files.remove({path: folder, folder: true}));
  assert.equal(error.kind, 'data');
  assert.equal(server.requests(`DELETE ${directories}`).length, 2);
});

test('no redirect is followed, and the token stays where it belongs', async t => {
  const {server, workspace} = await openOn(t);
  const other = await openOn(t);
  server.plan(`GET ${files}`, {status: 307, headers: {location: `${other.server.origin}/open/taken`}});
  assert.equal((await failureOf(workspace.files.read(path))).kind, 'protocol');
  assert.equal(other.server.seen.length, 0);
});

test('an abort ends a request that is under way', async t => {
  const {server, workspace} = await openOn(t);
  const stopping = new AbortController();
  server.plan(`GET ${files}`, () => {
    stopping.abort(new SyncError('cancelled', 'stopped by hand'));
    return {hang: true};
  });
  const error = await failureOf(workspace.files.read(path, stopping.signal));
  assert.equal(error.message, 'stopped by hand');
  assert.equal(server.requests(`GET ${files}`).length, 1);
});

test('the time that a put may take grows with its size', async t => {
  const {server, workspace, clock} = await openOn(t, {requestTimeoutMs: 100});
  const answerLate = async () => {
    await systemClock.sleep(400);
    return {status: 204};
  };
  server.plan(`PUT ${files}`, answerLate);
  await workspace.files.put(path, new Uint8Array(512 * 1024));
  assert.deepEqual(clock.slept, []);
});

test('an answer is read no further than it may be long, also where it is small until it is unpacked', async t => {
  const {server, workspace} = await openOn(t);
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
  server.plan(`GET ${directories}`, {headers: {'content-encoding': 'gzip'}, body: bomb});
  const error = await failureOf(workspace.files.list(folder));
  assert.equal(error.kind, 'protocol');
  assert.equal(server.requests(`GET ${directories}`).length, 1, 'what is too large is not asked for again');
});
