import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {promisify} from 'node:util';
import {build} from 'esbuild';
import {FakeClock} from '../fake-clock.ts';
import {ThriftWarehouse} from './thrift-server.ts';
import {WorkspaceServer} from './workspace-server.ts';

const run = promisify(execFile);

/** The guests are CommonJS and look for what an ES module does not have. */
const banner = `import {createRequire as _createRequire} from 'node:module';
import {fileURLToPath as _fileUrlToPath} from 'node:url';
const require = _createRequire(import.meta.url);
const __filename = _fileUrlToPath(import.meta.url);
const __dirname = _fileUrlToPath(new URL('.', import.meta.url));`;

test('in one minified file, with no package beside it, every connection works and fails as it should', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'databricks-bundle-'));
  t.after(() => rm(folder, {recursive: true}));
  const outfile = join(folder, 'bundle.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'every-connection.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    external: ['lz4-napi', '@databricks/databricks-sql-kernel-*'],
    banner: {js: banner},
    logLevel: 'error',
  });
  const server = await WorkspaceServer.listen({clock: new FakeClock()});
  t.after(() => server.close());
  const warehouse = new ThriftWarehouse(server);
  server.plan('HEAD /api/2.0/fs/files/Volumes/main/s/v/a', {headers: {'content-length': '7'}});
  server.plan('GET /api/2.0/x', {body: {}});
  server.plan('GET /api/2.0/preview/scim/v2/Me', {body: {userName: 'robot', active: true}}, {status: 403});
  const outcomes = async (): Promise<unknown> =>
    JSON.parse((await run(process.execPath, [outfile, server.origin, server.newToken()])).stdout);
  const done = {files: 'done', rest: 'done', controlPlane: 'done', statements: 'done', tokens: 'done'};
  assert.deepEqual(await outcomes(), done);
  warehouse.run = () => ({error: {sqlState: '42P01', message: '[TABLE_OR_VIEW_NOT_FOUND] t'}});
  assert.deepEqual(await outcomes(), {...done, controlPlane: 'permission', statements: 'absent'});
});
