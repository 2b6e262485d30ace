import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {tablesPage, tablesPageUrl} from '../../docs/tables.ts';
import {resources} from '../../src/catalogue/catalogue.ts';
import {tablesOf} from '../../src/model/resource.ts';

const page = readFileSync(tablesPageUrl, 'utf8');

test('docs/tables.md says what the catalogue has: npm run docs writes it anew', () => {
  assert.equal(page, tablesPage());
});

test('the page names every table with every column, and marks those that are personal', () => {
  const heads = new Set([...page.matchAll(/^##+ (\w+)$/gm)].map(([, name]) => name));
  for (const table of resources.flatMap(tablesOf)) assert.ok(heads.has(table.name), table.name);
  assert.match(page, /^\| `contact_email` \| STRING \| `contact\.email` \| .* · \*\*personal\*\* \|$/m);
  assert.match(page, /^\| `segment_1` \| STRING \| `segments\[segmentId=1\]\.segmentValue` \|/m);
  assert.match(page, /`segments\[\]\.segmentValues\[\]`, told apart by `segmentId` and `valueId`/);
});
