import assert from 'node:assert/strict';
import {existsSync, readdirSync} from 'node:fs';
import {request} from 'node:http';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import type {LocalWorkspace} from '../../src/local/local.ts';
import type {FakeClock} from '../fake-clock.ts';
import {type Received, send, tokenOf} from './driver.ts';
import {openLocal} from './opened.ts';

interface Volume {
  readonly workspace: LocalWorkspace;
  readonly folder: string;
  readonly clock: FakeClock;
  readonly authorization: string;
  /** A call on a file or directory of the volume; the path goes as it is written. */
  call(method: string, place: string, body?: string | Buffer): Promise<Received>;
}

async function openVolume(t: TestContext): Promise<Volume> {
  const opened = await openLocal(t);
  await opened.workspace.query('CREATE SCHEMA main.s');
  await opened.workspace.query('CREATE VOLUME main.s.v');
  const authorization = `Bearer ${await tokenOf(opened.workspace)}`;
  return {
    ...opened,
    authorization,
    call: (method, place, body) =>
      send(opened.workspace, {
        method,
        path: place.replace(/^(files|directories)\//, '/api/2.0/fs/$1/Volumes/main/s/v/'),
        headers: {authorization},
        ...(body !== undefined && {body}),
      }),
  };
}

const json = ({body}: Received): Record<string, unknown> => JSON.parse(body.toString());

test('a file is put with the folders above it, measured, read and removed', async t => {
  const {call, clock} = await openVolume(t);
  const bytes = Buffer.from([0, 1, 2, 255]);
  assert.equal((await call('PUT', 'files/supplier/l1/part.parquet?overwrite=true', bytes)).status, 204);
  const head = await call('HEAD', 'files/supplier/l1/part.parquet');
  assert.deepEqual([head.status, head.headers['content-length']], [200, '4']);
  assert.equal(head.headers['last-modified'], clock.now().toUTCString());
  assert.deepEqual((await call('GET', 'files/supplier/l1/part.parquet')).body, bytes);
  assert.equal((await call('DELETE', 'files/supplier/l1/part.parquet')).status, 204);
  const gone = await call('GET', 'files/supplier/l1/part.parquet');
  assert.deepEqual([gone.status, json(gone)['error_code']], [404, 'NOT_FOUND']);
  assert.equal((await call('HEAD', 'files/supplier/l1/part.parquet')).status, 404);
  assert.equal((await call('DELETE', 'files/supplier/l1/part.parquet')).status, 404);
});

test('a file is written over only where that is allowed', async t => {
  const {call} = await openVolume(t);
  assert.equal((await call('PUT', 'files/a?overwrite=false', 'one')).status, 204);
  const refused = await call('PUT', 'files/a?overwrite=false', 'two');
  assert.deepEqual([refused.status, json(refused)['error_code']], [409, 'ALREADY_EXISTS']);
  assert.equal((await call('GET', 'files/a')).body.toString(), 'one');
  assert.equal((await call('PUT', 'files/a?overwrite=true', 'three')).status, 204);
  assert.equal((await call('GET', 'files/a')).body.toString(), 'three');
  assert.equal((await call('PUT', 'files/a/b', 'below a file')).status, 409);
  assert.equal((await call('PUT', 'files/folder/b', '')).status, 204);
  assert.equal((await call('PUT', 'files/folder', 'over a folder')).status, 409);
});

test('of two that put one name at once without overwriting, one is refused', async t => {
  const {call} = await openVolume(t);
  const answers = await Promise.all(['one', 'two'].map(body => call('PUT', 'files/a?overwrite=false', body)));
  assert.deepEqual(answers.map(({status}) => status).toSorted(), [204, 409]);
});

test('a volume or catalog that is not there takes no file', async t => {
  const {call} = await openVolume(t);
  for (const place of ['main/s/other', 'main/other/v', 'other/s/v']) {
    const answer = await call('PUT', `/api/2.0/fs/files/Volumes/${place}/a`, 'x');
    assert.deepEqual([answer.status, json(answer)['error_code']], [404, 'NOT_FOUND'], place);
  }
});

test('a directory is made with those above it, listed in pages, and removed when it is empty', async t => {
  const {call, clock} = await openVolume(t);
  assert.equal((await call('PUT', 'directories/x/y')).status, 204);
  assert.equal((await call('PUT', 'directories/x/y')).status, 204);
  for (const name of ['c', 'a', 'b']) await call('PUT', `files/x/${name}`, name);
  const first = json(await call('GET', 'directories/x?page_size=3'));
  const file = (name: string) => ({
    name,
    path: `/Volumes/main/s/v/x/${name}`,
    is_directory: false,
    file_size: 1,
    last_modified: clock.now().getTime(),
  });
  assert.deepEqual(first['contents'], [file('a'), file('b'), file('c')]);
  const rest = json(await call('GET', `directories/x?page_size=3&page_token=${first['next_page_token']}`));
  assert.deepEqual(
    [rest['contents'], rest['next_page_token']],
    [[{name: 'y', path: '/Volumes/main/s/v/x/y', is_directory: true, last_modified: clock.now().getTime()}], undefined],
  );
  assert.equal((await call('HEAD', 'directories/x/y')).status, 200);
  const full = await call('DELETE', 'directories/x');
  assert.equal(full.status, 400);
  assert.match(full.body.toString(), /FILES_API_DIRECTORY_IS_NOT_EMPTY/);
  assert.equal((await call('DELETE', 'directories/x/y')).status, 204);
  assert.equal((await call('HEAD', 'directories/x/y')).status, 404);
  assert.equal((await call('GET', 'directories/x/y')).status, 404);
  assert.equal((await call('HEAD', 'directories/x/a')).status, 404);
  assert.equal((await call('PUT', 'directories/x/a')).status, 409);
});

test('escaped names are names, and no path leads out of the volume', async t => {
  const {call, folder} = await openVolume(t);
  const name = 'a b%25c#?æ';
  assert.equal((await call('PUT', `files/${encodeURIComponent(name)}`, 'x')).status, 204);
  const [entry] = json(await call('GET', 'directories/'))['contents'] as {name: string}[];
  assert.equal(entry?.name, name);
  for (const out of ['..', '%2e%2e', '../../../../x', '%2e%2e%2fx', '..%2F..%2Fx', 'a/../../x', '.', 'a%00b', '%zz']) {
    assert.equal((await call('PUT', `files/${out}`, 'x')).status, 400, out);
  }
  assert.deepEqual(readdirSync(folder).toSorted(), ['main.duckdb', 'main.duckdb.wal', 'uploads', 'volumes']);
  assert.deepEqual(readdirSync(path.join(folder, 'volumes', 's', 'v')), [name]);
});

test('a body that breaks off leaves no file', async t => {
  const {workspace, authorization, call, folder} = await openVolume(t);
  const {hostname, port} = new URL(workspace.host);
  await new Promise(resolve => {
    const headers = {authorization, 'content-length': '1000'};
    const broken = request({method: 'PUT', hostname, port, path: '/api/2.0/fs/files/Volumes/main/s/v/a', headers});
    broken.on('error', resolve);
    broken.on('close', resolve);
    broken.write('half', () => broken.destroy());
  });
  assert.equal((await call('HEAD', 'files/a')).status, 404);
  assert.equal(existsSync(path.join(folder, 'volumes', 's', 'v', 'a')), false);
});
