import assert from 'node:assert/strict';
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {kinds} from './statement-kinds.ts';

const folder = path.join(import.meta.dirname, 'golden');

for (const [kind, statements] of Object.entries(kinds)) {
  test(`the SQL of ${kind} is what was reviewed`, () => {
    const file = path.join(folder, `${kind}.sql`);
    const text = `${statements().join(';\n\n')};\n`;
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(file, text);
    assert.equal(text, readFileSync(file, 'utf8'));
  });
}

test('every golden file has its statement kind, and every drawer its golden file', () => {
  const parts = ['occurrence', 'renames', 'merge-rows', 'from-record'];
  const drawers = readdirSync(path.join(import.meta.dirname, '../../src/warehouse/sql'))
    .map(file => path.parse(file).name)
    .filter(name => !parts.includes(name));
  assert.deepEqual(readdirSync(folder).toSorted(), drawers.map(name => `${name}.sql`).toSorted());
  assert.deepEqual(Object.keys(kinds).toSorted(), drawers.toSorted());
});
