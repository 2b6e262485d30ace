import {after, before, test} from 'node:test';
import fc from 'fast-check';
import {assertIdentifiers, assertLiterals, type SqlEngine} from '../hostile/quoting-contract.ts';
import {Workspace} from '../warehouse/workspace.ts';

/* The contract of quoting, as it is tried on the local workspace, with fewer texts. */
fc.configureGlobal({seed: Number(process.env['SPARK_SEED'] ?? 20_260_301)});

let workspace: Workspace;
let engine: SqlEngine;
before(async () => {
  workspace = await Workspace.open('spark');
  engine = {schema: ['main', 'quoting'], query: sql => workspace.query(sql)};
  await engine.query('CREATE SCHEMA main.quoting');
});
after(() => workspace.close());

test('any text written as a literal is what Spark reads', () => assertLiterals(engine, 20));

test('any name written as an identifier is a column of that name', () => assertIdentifiers(engine, 8));
