import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** A Python of its own with some of the packages of requirements.txt, thrown away afterwards. */
export interface Python {
  readonly executable: string;
  readonly folder: string;
  remove(): Promise<void>;
}

export async function makePython(packages: readonly string[]): Promise<Python> {
  const folder = await mkdtemp(path.join(tmpdir(), 'visma-python-'));
  const required = await readFile(path.join(import.meta.dirname, 'requirements.txt'), 'utf8');
  const wanted = required.split('\n').filter(line => packages.includes(line.split('==')[0] ?? ''));
  const executable = path.join(folder, 'bin/python');
  await run('python3', ['-m', 'venv', folder]);
  await run(executable, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted]);
  return {executable, folder, remove: () => rm(folder, {recursive: true, force: true})};
}
