import assert from 'node:assert/strict';
import test from 'node:test';
import {Schema} from 'apache-arrow';
import {Secret} from '../../src/base/secret.ts';
import {column, text, whole} from '../../src/model/column.ts';
import type {Event} from '../../src/model/events.ts';
import {tableName} from '../../src/model/names.ts';
import type {Privacy} from '../../src/model/privacy.ts';
import type {Resource} from '../../src/model/resource.ts';
import {tellUnsalted} from '../../src/sync/privacy.ts';
import {delta, invoice, resourceOf} from '../warehouse/resources.ts';

const personal = (name: string, type: typeof text | typeof whole) =>
  column(name, type, {path: name, comment: name, personal: true});

const employee = resourceOf({name: 'employee', reading: delta, columns: [personal('email', text)]});
const aged: Resource = {
  ...resourceOf({name: 'aged', reading: delta}),
  table: {...invoice.table, name: tableName('aged'), schema: new Schema([personal('age', whole)])},
};

function told(privacy: Privacy): readonly string[] {
  const heard: Event[] = [];
  tellUnsalted([employee, invoice, aged], {privacy, events: event => heard.push(event)});
  return heard.map(event => ('message' in event ? event.message : event.event));
}

test('a run without a salt says once which resources lose personal columns by it, and how to set one', () => {
  const notes = told({rules: []});
  assert.equal(notes.length, 1);
  assert.match(
    notes[0] ?? '',
    /^personal columns of employee are dropped, .* VISMA_PRIVACY_SALT to 16 random characters/,
  );
});

test('nothing is said where there is a salt, or where somebody decided otherwise', () => {
  assert.deepEqual(told({rules: [], salt: new Secret('sixteen letters.')}), []);
  for (const rule of ['keep', 'drop'] as const) {
    const decided = {resource: employee.name, table: tableName('employee'), column: 'email', rule};
    assert.deepEqual(told({rules: [decided]}), [], rule);
  }
});
