import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import type {TestContext} from 'node:test';
import type {StatementValue} from '../../src/model/ports.ts';
import type {Both, Outcome} from './both.ts';

type Values = Readonly<Record<string, StatementValue>>;

export interface Goldens {
  /** Under `test`. */
  readonly folder: string;
  /** The files that go before all others, in this order. */
  readonly first: readonly string[];
  /** What stands for the parameters of these names; for any other a text. */
  readonly values: Values;
  /** What Spark refuses, and the product tries and does without: the file, and the class of the refusal. */
  readonly refused?: ReadonlyMap<string, string>;
  /** The files whose statements the local workspace refuses, and the product does without there. */
  readonly sparkAlone?: ReadonlySet<string>;
  /** Done before a file's statements. */
  readonly before: (file: string) => Promise<void>;
  /** What is compared of an answer. */
  readonly compared: (file: string, outcome: Outcome) => Outcome;
}

/** What a statement raises by itself, about rows that are not as it expects. */
const raised = 'USER_RAISED_EXCEPTION';

/**
 * Runs every statement that was reviewed, as it stands in its golden file, on both engines: the same rows, counts and
 * refusals. Gives how many there were.
 */
export async function tryGoldens(t: TestContext, both: Both, goldens: Goldens): Promise<number> {
  const folder = path.join(import.meta.dirname, '..', goldens.folder);
  const others = readdirSync(folder).filter(file => !goldens.first.includes(file));
  let tried = 0;
  for (const file of [...goldens.first, ...others]) {
    await goldens.before(file);
    const text = readFileSync(path.join(folder, file), 'utf8');
    const statements = text.trimEnd().replace(/;$/, '').split(';\n\n');
    tried += statements.length;
    await t.test(file, async () => {
      for (const sql of statements) await tryOne(both, goldens, {file, sql});
    });
  }
  return tried;
}

async function tryOne(
  both: Both,
  {values, refused, sparkAlone, compared}: Goldens,
  {file, sql}: {readonly file: string; readonly sql: string},
): Promise<void> {
  const {spark, local} = await both.outcome({sql, parameters: parametersOf(sql, values)});
  const missing = refused?.get(file);
  if (missing !== undefined) {
    assert.equal(spark.errorClass, missing, sql);
    return;
  }
  if (sparkAlone?.has(file)) {
    assert.ok(local.errorClass !== undefined, sql);
    assert.equal(spark.errorClass, undefined, sql);
    return;
  }
  assert.deepEqual(compared(file, spark), compared(file, local), sql);
  assert.ok(spark.errorClass === undefined || spark.errorClass === raised, `${spark.errorClass}: ${sql}`);
}

/** A value for each parameter of a statement; strings and names hold none. */
function parametersOf(sql: string, values: Values): Values {
  const bare = sql.replace(/'(?:[^'\\]|\\[\s\S])*'|`[^`]*`/g, '');
  const names = [...bare.matchAll(/(?<!:):([a-z]\w*)/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map(name => [name, values[name] ?? 'a value']));
}

/** Delta's own DESCRIBE shows the columns and not what the table is clustered by, which Databricks shows below them. */
export const columnsOnly = ({rows, errorClass}: Outcome): Outcome => ({
  rows: [...new Set(rows)].filter(row => !row.includes('"col_name":"#')),
  errorClass,
});

/** SHOW TABLES calls the schema `database` or `namespace`: what both call alike is the table. */
export const tablesOnly = ({rows, errorClass}: Outcome): Outcome => ({
  rows: rows.map(row => /"tableName":"[^"]*"/.exec(row)?.[0] ?? row).toSorted(),
  errorClass,
});
