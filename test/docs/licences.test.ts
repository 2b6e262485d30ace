import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {licences, licencesPage, licencesPageUrl} from '../../docs/licences.ts';

/** What may be shipped with a program under Apache-2.0 without asking anybody. */
const permissive = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', '(MIT OR CC0-1.0)']);
/** For Windows alone, without a word in the lock file; those for other platforms are under Apache-2.0. */
const silent = new Set(['@databricks/databricks-sql-kernel-win32-x64-msvc']);

test('docs/licences.md lists what is shipped: npm run docs writes it anew', () => {
  assert.equal(readFileSync(licencesPageUrl, 'utf8'), licencesPage());
});

test('nothing is shipped whose licence asks for more than its text', () => {
  const others = licences().filter(({name, licence}) => !permissive.has(licence) && !silent.has(name));
  assert.deepEqual(others, []);
});
