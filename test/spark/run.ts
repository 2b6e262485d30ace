import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {run} from 'node:test';
import {spec} from 'node:test/reporters';
import {Counts} from './counts.ts';
import {Lacking, makeEnvironment, type SparkEnvironment} from './environment.ts';

/*
 * Runs the contract suite, and what is only true of Spark, on Apache Spark with Delta Lake: one engine for all files.
 *   node test/spark/run.ts [test file …]
 * Where the machine lacks what it needs this says so and ends well, unless SPARK_REQUIRED is set.
 */
/** The longest first, so that the two that run side by side end together. */
const suite = [
  ...['end-to-end', 'equal-tables', 'golden', 'ledger-golden', 'hostile-data', 'quoting', 'lacking'].map(
    name => `test/spark/${name}.test.ts`,
  ),
  // What only counts creations is left to the local workspace: each of these creates its tables anyway.
  ...['commit', 'gone', 'migration', 'extended/any-order', 'settle', 'key-register', 'opening', 'lease'].map(
    name => `test/warehouse/${name}.test.ts`,
  ),
];

/** Left to the local workspace, by name: most of the time would go into saying the same once more. */
const left = [
  // The same statements again for each place where a run may die: it is their order that is tried, the same here.
  ...['killed anywhere in a migration', 'whenever the one who does it dies', 'also after a run that died among them'],
  ...['killed between records and lines', 'pruning removes the staging rows'],
  // One history each, of those that any-order and equal-tables play as any histories.
  ...['a row that comes back is alive again', 'a read behind the word', 'a key that was changed between two loads'],
  ...['two keys that one load serves', 'a whole list that lacks the old key', 'a key whose internal id comes under'],
  ...['of one key the last read wins', 'lines are replaced as a set', 'lines of a record that has none any more'],
  ...['the lines are those of the occurrence', 'only the newest whole list counts', 'a whole list that was read again'],
  ...['committing a load twice writes nothing', 'rows of every stretch of a first load'],
  // What another test of the same file says of the same statements.
  ...['rows that an older version had staged before', 'rows of a first load have no time of first sight'],
];

const tell = (line: string): void => void process.stdout.write(`spark: ${line}\n`);
const secondsSince = (began: number): number => Math.round((performance.now() - began) / 1000);

async function main(): Promise<number> {
  const began = performance.now();
  const environment = await makeEnvironment(tell).catch(thrown => {
    if (!(thrown instanceof Lacking)) throw thrown;
    tell(thrown.message);
    return undefined;
  });
  if (!environment) {
    const required = (process.env['SPARK_REQUIRED'] ?? '') !== '';
    tell(
      required ? 'SPARK_REQUIRED is set: failed' : 'SKIPPED, nothing was tried; SPARK_REQUIRED=1 makes it a failure',
    );
    return required ? 1 : 0;
  }
  const made = secondsSince(began);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'spark-'));
  try {
    const counts = new Counts();
    const engine = await withEngine({environment, folder}, socket => runTests(socket, counts));
    tell(`seconds of each file: ${counts.files}`);
    tell(
      [
        `${counts.tests} tests, ${counts.failed} failed`,
        `${engine.statements} statements, of which ${counts.of('golden statements')} golden`,
        `${counts.of('dashboard queries')} queries of dashboards, ${counts.of('sequences')} sequences`,
        `${secondsSince(began)} s, of which ${made} s to install and ${engine.startSeconds} s to start`,
        `${engine.cpuSeconds} s of processor`,
      ].join('; '),
    );
    return counts.tests === 0 || counts.failed > 0 ? 1 : 0;
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

/** What the engine says of itself when it ends. */
interface Ended {
  readonly statements: number;
  readonly cpuSeconds: number;
  readonly startSeconds: number;
}

async function withEngine(
  {environment, folder}: {environment: SparkEnvironment; folder: string},
  action: (socket: string) => Promise<void>,
): Promise<Ended> {
  const began = performance.now();
  const socket = path.join(folder, 'engine');
  const script = path.join(import.meta.dirname, 'engine.py');
  const args = [script, '--socket', socket, '--folder', folder, '--jars', environment.jars];
  const engine = spawn(environment.python, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {...process.env, PYTHONDONTWRITEBYTECODE: '1', PYSPARK_PYTHON: environment.python},
  });
  let said = '';
  engine.stderr.on('data', chunk => (said = `${said}${chunk}`.slice(-20_000)));
  const ended = new Promise<number | null>(resolve => engine.once('close', resolve));
  const lines = createInterface(engine.stdout);
  const ready = new Promise<string>((resolve, reject) => {
    lines.once('line', resolve);
    ended.then(code => reject(new Error(`the engine ended with ${code}:\n${said}`)));
  });
  let last = '{}';
  let startSeconds = 0;
  try {
    tell(`Apache Spark ${JSON.parse(await ready).spark} answers`);
    lines.on('line', line => (last = line));
    startSeconds = secondsSince(began);
    await action(socket);
  } finally {
    engine.stdin.end();
    await ended;
  }
  return {statements: 0, cpuSeconds: 0, ...JSON.parse(last), startSeconds};
}

/** Runs the test files, two at a time, each in a process of its own that is told where the engine answers. */
async function runTests(socket: string, counts: Counts): Promise<void> {
  const given = process.argv.slice(2);
  process.env['SPARK_ENGINE'] = socket;
  const stopped = new AbortController();
  // Whoever stops this stops the tests, and then everything is put away as always.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const tests = run({
    files: (given.length > 0 ? given : suite).map(file => path.resolve(file)),
    ...(given.length === 0 && {testSkipPatterns: left}),
    concurrency: 2,
    timeout: 1_800_000,
    signal: stopped.signal,
  });
  counts.follow(tests);
  await tests.compose(new spec()).forEach(text => void process.stdout.write(text));
}

process.exitCode = await main();
