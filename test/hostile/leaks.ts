import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import {perform} from '../../src/app/app.ts';
import {systemRandom} from '../../src/base/random.ts';
import {run} from '../../src/cli/run.ts';
import type {World} from '../flows/world.ts';
import {MovedClock} from './moved-clock.ts';

/** Something that stands where it must not. */
export interface Leak {
  readonly what: string;
  readonly where: string;
}

export interface Hidden {
  /** By name: client secrets, the salt. They stand nowhere at all. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Values of rows. They stand in parts, in the tables of rows and in control.reject. */
  readonly planted: readonly string[];
}

/** What the tokens of the simulated Visma and of the local workspace look like, whatever they are. */
const tokenForms: ReadonlyArray<readonly [string, RegExp]> = [
  ["a token of Visma's", /(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{43}(?![\w-])/],
  ["a token of the workspace's", /\blocal-\d+-[0-9a-f]{8,}/],
  ['an Authorization header', /\b(?:Bearer|Basic) [\w.~+/-]{8,}/],
];

/** The texts in which a secret may travel: as it stands, and as JSON, URLs, forms and headers write it. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64');
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    inJson,
    encodeURIComponent(secret),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
  ];
}

/** A digest of a tail is as long as a token. */
const digests = /"tail_?digest": ?"[\w-]*"/gi;

/** What of it stands in a text. */
export function leaksIn(said: string, where: string, {secrets, planted}: Hidden): readonly Leak[] {
  const text = said.replace(digests, '');
  const found = Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some(form => text.includes(form)))
    .map(([what]) => what);
  const tokens = tokenForms.filter(([, form]) => form.test(text)).map(([what]) => what);
  const values = planted.filter(value => text.includes(value)).map(value => `the value ${value}`);
  return [...found, ...tokens, ...values].map(what => ({what, where}));
}

/** Runs a command line of this program in this process and gives all that it says, to a program or to a person. */
export async function saidBy(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{readonly code: number; readonly text: string}> {
  const chunks: Buffer[] = [];
  const stream = (): PassThrough => new PassThrough().on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await run(argv, {
    perform,
    version: '0.0.0',
    stdout: stream(),
    stderr: stream(),
    stop: new AbortController(),
    environment,
    clock: new MovedClock(),
    random: systemRandom,
  });
  return {code, text: Buffer.concat(chunks).toString('utf8')};
}

/** Of every file that the run left, but those that hold rows: its name, and what it says. The configuration is ours. */
export async function leaksInFiles({folder}: World, hidden: Hidden): Promise<readonly Leak[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  const leaks: Leak[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    leaks.push(...leaksIn(path.relative(folder, file), 'the name of a file', hidden));
    if (!entry.isFile() || /\.yml$/.test(entry.name)) continue;
    const text = await readFile(file, 'latin1');
    const holdsRows = /\.(?:parquet|duckdb|wal)$/.test(entry.name);
    // Bytes of any kind may look like a token.
    const found = leaksIn(text, entry.name, holdsRows ? {...hidden, planted: []} : hidden);
    leaks.push(...(holdsRows ? found.filter(({what}) => what in hidden.secrets) : found));
  }
  return leaks;
}

/** Of every table, whole: rows may hold what is planted, control tables but the refusals may not. */
export async function leaksInTables(world: World, hidden: Hidden): Promise<readonly Leak[]> {
  const leaks: Leak[] = [];
  for (const schema of ['visma', 'visma_staging', 'visma_control']) {
    const tables = await world.query(`SHOW TABLES IN main.${schema}`);
    for (const name of tables.map(row => String(row['tableName']))) {
      const rows = await world.query(`SELECT * FROM main.${schema}.\`${name}\``);
      const text = JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
      const mayHoldRows = schema !== 'visma_control' || name === 'reject';
      const found = leaksIn(text, `${schema}.${name}`, mayHoldRows ? {...hidden, planted: []} : hidden);
      leaks.push(...(mayHoldRows ? found.filter(({what}) => what in hidden.secrets) : found));
    }
  }
  return leaks;
}
