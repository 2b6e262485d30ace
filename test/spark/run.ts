import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {Lacking, makeEnvironment, type SparkEnvironment} from './environment.ts';

/*
 * Runs the contract suite, and what is only true of Spark, on Apache Spark with Delta Lake: one engine for all files.
 *   node test/spark/run.ts [test file …]
 * Where the machine lacks what it needs this says so and ends well, unless SPARK_REQUIRED is set.
 */
const suite = [
  'test/spark/**/*.test.ts',
  // What only counts creations is left to the local workspace: each of these creates its tables anyway.
  ...['commit', 'settle', 'lease', 'migration', 'any-order'].map(name => `test/warehouse/${name}.test.ts`),
];

const tell = (line: string): void => void process.stdout.write(`spark: ${line}\n`);

async function main(): Promise<number> {
  const environment = await makeEnvironment(tell).catch(thrown => {
    if (!(thrown instanceof Lacking)) throw thrown;
    tell(thrown.message);
    return undefined;
  });
  if (!environment) {
    const required = (process.env['SPARK_REQUIRED'] ?? '') !== '';
    tell(required ? 'SPARK_REQUIRED is set: failed' : 'skipped; SPARK_REQUIRED=1 makes this a failure');
    return required ? 1 : 0;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'spark-'));
  try {
    return await withEngine({environment, folder}, socket => runTests(socket));
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 5});
  }
}

async function withEngine(
  {environment, folder}: {environment: SparkEnvironment; folder: string},
  action: (socket: string) => Promise<number>,
): Promise<number> {
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
  const ready = new Promise<string>((resolve, reject) => {
    createInterface(engine.stdout).once('line', resolve);
    ended.then(code => reject(new Error(`the engine ended with ${code}:\n${said}`)));
  });
  try {
    tell(`answers: ${await ready}`);
    return await action(socket);
  } finally {
    engine.stdin.end();
    await ended;
  }
}

function runTests(socket: string): Promise<number> {
  const given = process.argv.slice(2);
  const files = given.length > 0 ? given : suite;
  const child = spawn(process.execPath, ['--test', '--test-concurrency=2', '--test-timeout=1800000', ...files], {
    stdio: 'inherit',
    env: {...process.env, SPARK_ENGINE: socket},
  });
  // Whoever stops this stops the tests, and then everything is put away as always.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve(code ?? 1));
  });
}

process.exitCode = await main();
