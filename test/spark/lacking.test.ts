import assert from 'node:assert/strict';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {SqlError} from '../../src/local/sql/sql-error.ts';
import {Volumes} from '../../src/local/volumes.ts';
import {FakeClock} from '../fake-clock.ts';
import {SparkEngine} from './spark-engine.ts';

/*
 * What Databricks has and Apache Spark with Delta Lake lacks, of all that the product says or may say: each by name,
 * how it is refused, and what happens to it here. Once Spark learns one this fails, and the list becomes shorter.
 */
interface Lacking {
  readonly construct: string;
  readonly sql: string;
  readonly errorClass: string;
  readonly here: string;
}

const table = '`{db}`.`t`';
const lacking: readonly Lacking[] = [
  {
    construct: 'COPY INTO',
    sql: `COPY INTO ${table} FROM '/Volumes/main/s/v' FILEFORMAT = PARQUET`,
    errorClass: 'PARSE_SYNTAX_ERROR',
    here: 'translated: the files are read, the SELECT applied, the rows appended, the paths remembered',
  },
  {
    construct: 'names of three parts',
    sql: 'SELECT * FROM `main`.`s`.`t`',
    errorClass: 'REQUIRES_SINGLE_PART_NAMESPACE',
    here: 'translated: catalog and schema become one name',
  },
  {
    construct: ':name parameters in MERGE and UPDATE',
    sql: `UPDATE ${table} SET a = :a`,
    errorClass: 'UNBOUND_SQL_PARAMETER',
    here: 'translated: a literal of the type takes the place of the parameter',
  },
  {
    construct: 'informational keys',
    sql: `ALTER TABLE ${table} ADD CONSTRAINT k PRIMARY KEY (a)`,
    errorClass: 'UNSUPPORTED_FEATURE.TABLE_OPERATION',
    here: 'refused, and the product does without',
  },
  {
    construct: 'transactions of several statements',
    sql: `BEGIN ATOMIC INSERT INTO ${table} VALUES (1); END`,
    errorClass: 'PARSE_SYNTAX_ERROR',
    here: 'refused: the same statements run one by one, in order',
  },
  {
    construct: 'tables whose commits the catalog keeps',
    sql: "CREATE TABLE `{db}`.`kept` (a INT) USING DELTA TBLPROPERTIES ('delta.feature.catalogManaged' = 'supported')",
    errorClass: 'DELTA_UNSUPPORTED_CATALOG_MANAGED_TABLE_CREATION',
    here: 'refused, and the tables are made without',
  },
  {
    construct: 'tags',
    sql: `ALTER TABLE ${table} SET TAGS ('a' = 'b')`,
    errorClass: 'PARSE_SYNTAX_ERROR',
    here: 'not said in SQL by the product, which sets them through REST',
  },
  {
    construct: 'grants',
    sql: `GRANT SELECT ON TABLE ${table} TO \`somebody\``,
    errorClass: 'INVALID_STATEMENT_OR_CLAUSE',
    here: 'not said by the product: named to people as remedies only',
  },
  {
    construct: 'volumes',
    sql: 'CREATE VOLUME v',
    errorClass: 'PARSE_SYNTAX_ERROR',
    here: 'made through REST, as the product does; folders of this machine, whose files COPY INTO reads',
  },
];

let engine: SparkEngine;
let folder = '';
let database = '';
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'spark-lacking-'));
  const clock = new FakeClock();
  engine = await SparkEngine.open({folder, catalog: 'main', clock, volumes: new Volumes(folder, clock)});
  database = await engine.newDatabase('s');
  await engine.asItIs(`CREATE TABLE \`${database}\`.t (a INT) USING DELTA`);
});
after(async () => {
  await engine.close();
  await rm(folder, {recursive: true, force: true});
});

for (const {construct, sql, errorClass, here} of lacking) {
  test(`Spark lacks ${construct}; ${here}`, async () => {
    await assert.rejects(engine.asItIs(sql.replaceAll('{db}', database)), thrown => {
      assert.ok(thrown instanceof SqlError);
      assert.equal(thrown.errorClass, errorClass);
      return true;
    });
  });
}
