import assert from 'node:assert/strict';
import fc from 'fast-check';
import {quoteIdentifier, quoteLiteral, quoteName} from '../../src/base/quoting.ts';
import {nastyName, nastyText} from './nasty-text.ts';

/** An engine that runs Databricks SQL: the local one, Spark, or a live warehouse. */
export interface SqlEngine {
  /** The schema in which tables may be made and dropped: `main.quoting`. It is there. */
  readonly schema: readonly string[];
  /** Runs one statement and gives its rows. */
  query(sql: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>;
}

/** So many texts go with one statement: engines take their time for each. */
const together = 40;

/** Any text written as a literal is the text that the engine reads, and nothing but it. */
export async function assertLiterals(engine: SqlEngine, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(wellFormed(nastyText), {minLength: 1, maxLength: together}), async texts => {
      const rows = texts.map((text, place) => `(${place}, ${quoteLiteral(text)})`).join(', ');
      const read = await engine.query(`SELECT place, txt FROM VALUES ${rows} AS t(place, txt) ORDER BY place`);
      assert.deepEqual(
        read.map(row => row['txt']),
        texts,
      );
    }),
    {numRuns: runs},
  );
}

/** Any name is a column's name from end to end, told apart from any other, and holds what was put into it. */
export async function assertIdentifiers(engine: SqlEngine, runs: number): Promise<void> {
  const names = fc.uniqueArray(nastyName, {minLength: 1, maxLength: 12, selector: name => name.toLowerCase()});
  let place = 0;
  await fc.assert(
    fc.asyncProperty(names, async columns => {
      const table = quoteName(...engine.schema, `of names ${place++}`.replaceAll(' ', '_'));
      await engine.query(
        `CREATE TABLE ${table} (${columns.map(name => `${quoteIdentifier(name)} STRING`).join(', ')})`,
      );
      try {
        await engine.query(`INSERT INTO ${table} VALUES (${columns.map(quoteLiteral).join(', ')})`);
        const [row] = await engine.query(`SELECT ${columns.map(quoteIdentifier).join(', ')} FROM ${table}`);
        assert.equal(Object.keys(row ?? {}).length, columns.length);
        for (const name of columns) assert.equal(row?.[name], name);
      } finally {
        await engine.query(`DROP TABLE ${table}`);
      }
    }),
    {numRuns: runs},
  );
}

/** Half of a surrogate pair can stand in no file and in no table. */
const wellFormed = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  texts.filter(text => text.isWellFormed() && !text.includes('\u0000'));
