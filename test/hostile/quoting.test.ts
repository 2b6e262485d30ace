import test, {after, before} from 'node:test';
import {Workspace} from '../warehouse/workspace.ts';
import {assertIdentifiers, assertLiterals, type SqlEngine} from './quoting-contract.ts';

let workspace: Workspace;
let engine: SqlEngine;

before(async () => {
  workspace = await Workspace.open();
  engine = {schema: ['main', 'quoting'], query: sql => workspace.query(sql)};
  await engine.query('CREATE SCHEMA IF NOT EXISTS main.quoting');
});

after(() => workspace.close());

test('any text written as a literal is what the engine reads', () => assertLiterals(engine, 60));

test('any name written as an identifier is a column of that name', () => assertIdentifiers(engine, 40));
