import {spawn} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, readdir, readFile, rename, rm, stat} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** Where Spark stands: the Python that has it, and the folder of Delta's jars. */
export interface SparkEnvironment {
  readonly python: string;
  readonly jars: string;
}

/** What this machine lacks, a program or an answer of a registry, and the environment therefore too. */
export class Lacking extends Error {
  override readonly name = 'Lacking';
}

const javaMin = 17;
const requirements = path.join(import.meta.dirname, 'requirements.txt');
const project = path.join(import.meta.dirname, 'pom.xml');

/**
 * Makes the environment, or takes the one that stands: a folder of the user's cache, named for what is pinned, that may
 * be removed at any time. A first making takes about two minutes, most of it downloads. Throws `Lacking`.
 */
export async function makeEnvironment(tell: (line: string) => void): Promise<SparkEnvironment> {
  await checkPrograms();
  const pinned = createHash('sha256');
  for (const file of [requirements, project]) pinned.update(await readFile(file));
  const folder = path.join(cacheFolder(), `spark-${pinned.digest('hex').slice(0, 12)}`);
  const environment = {python: path.join(folder, 'venv', 'bin', 'python'), jars: path.join(folder, 'jars')};
  if (await isThere(folder)) return environment;
  tell(`makes ${folder}`);
  await mkdir(path.dirname(folder), {recursive: true});
  const begun = await mkdtemp(`${folder}.`);
  try {
    const ends = await Promise.allSettled([installSpark(path.join(begun, 'venv')), copyJars(path.join(begun, 'jars'))]);
    for (const end of ends) {
      if (end.status === 'rejected') throw new Lacking(`what is pinned could not be installed: ${end.reason}`);
    }
    // Another may have made it meanwhile: theirs is as good.
    await rename(begun, folder).catch(thrown =>
      isThere(folder).then(there => (there ? undefined : Promise.reject(thrown))),
    );
  } finally {
    await rm(begun, {recursive: true, force: true});
  }
  return environment;
}

function cacheFolder(): string {
  const home = process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache'];
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), ...home), 'visma-databricks');
}

const isThere = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false,
  );

async function checkPrograms(): Promise<void> {
  if (process.platform === 'win32') throw new Lacking('Spark is tried on Linux and macOS only');
  await run('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))']).catch(() => {
    throw new Lacking('python3 (3.10 or newer, with venv) is lacking');
  });
  const java = await run('java', ['-version']).catch(() => '');
  if (Number(/version "(\d+)/.exec(java)?.[1] ?? 0) < javaMin) throw new Lacking(`Java ${javaMin} is lacking`);
  await run('mvn', ['--version']).catch(() => {
    throw new Lacking('mvn is lacking');
  });
}

async function installSpark(venv: string): Promise<void> {
  await run('python3', ['-m', 'venv', venv]);
  await run(path.join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
}

async function copyJars(jars: string): Promise<void> {
  const wanted = ['-DincludeScope=runtime', '-DincludeGroupIds=io.delta,io.unitycatalog', `-DoutputDirectory=${jars}`];
  await run('mvn', ['--batch-mode', '--quiet', '--file', project, 'dependency:copy-dependencies', ...wanted]);
  if ((await readdir(jars)).length === 0) throw new TypeError('no jars were copied');
}

/** A registry that does not answer is one that is lacking. */
const minutesMax = 5;

/** Runs a program to its end. Gives what it wrote; throws where it failed or took too long, with that. */
function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {stdio: ['ignore', 'pipe', 'pipe'], timeout: minutesMax * 60_000});
    let written = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (written += String(chunk)));
    child.once('error', reject);
    child.once('close', code => {
      if (code === 0) resolve(written);
      else reject(new Error(`${program} ended with ${code}:\n${written}`));
    });
  });
}
