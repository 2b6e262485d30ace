import {fork, spawnSync} from 'node:child_process';
import {statSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type {GroupResult} from './group.ts';
import {has} from './needs.ts';
import {makeScratch} from './scratch.ts';
import {type Group, groupsOf, isSuite, suites, suitesOf, testFiles} from './suites.ts';

/*
 * Runs suites of tests and says what it is doing:
 *   node test/runner/run.ts [--checks] SUITE|FILE ...
 * With --checks, lint and types go first. Ends with 1 if anything failed.
 */
const root = path.resolve(import.meta.dirname, '../..');
const startedMs = performance.now();
const seconds = (fromMs: number): string => ((performance.now() - fromMs) / 1000).toFixed(1);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const checks = process.argv.includes('--checks');
const wanted = process.argv.slice(2).filter(word => !word.startsWith('--'));
const lines = wanted.map(name => (isSuite(name) ? `${name} (${suites[name].what})` : name));
say(`Tests: ${[...(checks ? ['lint', 'types'] : []), ...lines].join(', ')}.`);

const named = wanted.filter(isSuite);
for (const command of new Set(named.flatMap((name): readonly string[] => suites[name].needs)))
  if (!has(command)) say(`${command} is not on this machine: tests that call it are skipped or fail.`);
if (checks) for (const script of ['lint', 'types']) check(script);
const groups = groupsOf(testFiles(root).filter(isWanted)).toSorted((one, other) => weight(other) - weight(one));
if (groups.length === 0) stop(`No test files: ${wanted.join(', ')}.`);

const scratch = makeScratch();
const environment = {
  ...process.env,
  TMPDIR: scratch,
  TEST_TEMPLATES: path.join(scratch, 'templates'),
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? path.join(root, 'node_modules', '.cache', 'node-compile'),
};

const total = {passed: 0, failed: 0, skipped: 0};
const waiting = [...groups];
const isOneByOne = named.some(name => 'oneByOne' in suites[name]);
await Promise.all(Array.from({length: isOneByOne ? 1 : Math.max(2, os.availableParallelism())}, work));
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
say(`${groups.length} groups of tests in ${seconds(startedMs)} s`);
if (total.failed > 0) process.exitCode = 1;

function isWanted(file: string): boolean {
  return suitesOf(file).some(suite => wanted.includes(suite)) || wanted.includes(file);
}

/** Long files take long: those go first, so that the end does not wait for one of them. */
function weight({files}: Group): number {
  return files.reduce((sum, file) => sum + statSync(path.join(root, file)).size, 0);
}

function check(script: string): void {
  const fromMs = performance.now();
  const {status} = spawnSync(`npm run --silent ${script}`, {cwd: root, stdio: 'inherit', shell: true});
  if (status !== 0) stop(`${script} failed.`);
  say(`${seconds(fromMs).padStart(7)} s  ${script}`);
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

async function work(): Promise<void> {
  for (let group = waiting.shift(); group; group = waiting.shift()) {
    const fromMs = performance.now();
    const {result, output} = await runTwice(group);
    total.passed += result.passed;
    total.skipped += result.skipped;
    total.failed += result.failures.length;
    const tests = result.passed + result.skipped + result.failures.length;
    say(
      `${seconds(fromMs).padStart(7)} s  ${group.name}: ${tests} tests${result.failures.length > 0 ? ', FAILED' : ''}`,
    );
    if (result.failures.length === 0) continue;
    say(output);
    for (const {file, test, error} of result.failures) say(`FAILED ${path.relative(root, file)}: ${test}\n${error}\n`);
  }
}

interface Ended {
  readonly result: GroupResult;
  readonly output: string;
  /** What the process died of, if it did not end by itself. */
  readonly signal: NodeJS.Signals | null;
}

/** A process that dies of a signal says nothing of its tests: they are run once more, and that is told. */
async function runTwice(group: Group): Promise<Ended> {
  const ended = await runGroup(group);
  if (ended.signal === null) return ended;
  say(`${group.name}: the process died of ${ended.signal}; it is run once more.`);
  return runGroup(group);
}

function runGroup({name, files}: Group): Promise<Ended> {
  return new Promise(resolve => {
    const child = fork(path.join(import.meta.dirname, 'group.ts'), [...files], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk));
    let result: GroupResult | undefined;
    child.once('message', message => {
      result = message as GroupResult;
    });
    child.once('close', (code, signal) => {
      const ended = result ?? {passed: 0, skipped: 0, failures: []};
      const isWhole = ended.passed + ended.skipped > 0 && (code === 0 || ended.failures.length > 0);
      const error = `the process ended with ${code ?? signal} after ${ended.passed} tests that passed`;
      const died = {file: files[0] ?? '', test: name, error};
      const failures = isWhole ? ended.failures : [...ended.failures, died];
      resolve({result: {...ended, failures}, output: Buffer.concat(output).toString(), signal});
    });
  });
}
