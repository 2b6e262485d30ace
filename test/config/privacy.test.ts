import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after} from 'node:test';
import {inspect} from 'node:util';
import {type ReadConfig, readConfig} from '../../src/config/config.ts';
import {complaintsOf} from './complaints.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'config-'));
after(() => rmSync(folder, {recursive: true}));

const least = `visma:
  client_id: app
  client_secret: visma-secret-value
  companies: [{id: se, tenant_id: t-se, currency: SEK}]
databricks: {warehouse_id: w1}
`;
const salted = {VISMA_PRIVACY_SALT: 'sixteen letters.'};

function read(privacy: string, environment: Readonly<Record<string, string>> = salted): ReadConfig {
  const file = path.join(folder, 'visma.yml');
  writeFileSync(file, `${least}privacy:\n${privacy}`);
  return readConfig({path: file, environment});
}

const complaints = (privacy: string, environment?: Readonly<Record<string, string>>): string[] =>
  complaintsOf(() => read(privacy, environment));

test('rules name columns of the resource, and of its lines by the name of their table', () => {
  const {config} = read(`  - resource: supplier
    columns: [main_contact_email, supplier_attribute.value]
    rule: hash
  - {resource: customer, columns: [credit_limit], rule: drop}
`);
  assert.deepEqual(config.privacy.rules, [
    {resource: 'supplier', table: 'supplier', column: 'main_contact_email', rule: 'hash'},
    {resource: 'supplier', table: 'supplier_attribute', column: 'value', rule: 'hash'},
    {resource: 'customer', table: 'customer', column: 'credit_limit', rule: 'drop'},
  ]);
});

test('the salt comes from the environment, is a secret, and is masked with the others', () => {
  const {config, secrets} = read('  []\n');
  assert.equal(config.privacy.salt?.reveal(), 'sixteen letters.');
  assert.deepEqual(
    secrets.map(secret => secret.reveal()),
    ['visma-secret-value', 'sixteen letters.'],
  );
  assert.doesNotMatch(inspect(config, {depth: null}) + JSON.stringify(config), /sixteen/);
  assert.deepEqual(read('  []\n', {VISMA_PRIVACY_SALT: ''}).config.privacy, {rules: []});
});

test('a hash without a salt names the variable; a short salt is refused', () => {
  const rules = '  - {resource: supplier, columns: [name], rule: hash}\n';
  assert.deepEqual(complaints(rules, {}).length, 1);
  assert.match(
    complaints(rules, {})[0] ?? '',
    /^privacy\[0\]\.rule, line 7: needs a salt: set the environment variable VISMA_PRIVACY_SALT to 16 random/,
  );
  assert.deepEqual(complaints('  - {resource: supplier, columns: [name], rule: drop}\n', {}), []);
  const short = complaints('  []\n', {VISMA_PRIVACY_SALT: 'fifteen letters'});
  assert.match(short[0] ?? '', /^privacy, line \d: .* VISMA_PRIVACY_SALT is shorter than 16 characters/);
  assert.doesNotMatch(short.join(), /fifteen letters/);
});

test('everything that is wrong with rules is told at once, each with its line', () => {
  const found = complaints(`  - {resource: suppliers, columns: [name], rule: hash}
  - {resource: supplier, columns: [nonsense, _record, company_id, supplier_line.value, name], rule: mask}
  - {resource: supplier, columns: [number, internal_id, time_stamp, last_modified_date_time], rule: drop}
  - {resource: supplier_invoice, columns: [supplier_invoice_line.line_number], rule: drop}
  - {resource: customer, columns: [credit_limit, name], rule: hash}
  - {resource: customer, columns: [name, corporate_id], rule: drop}
  - {resource: customer, columns: [name, corporate_id], rule: hash, colour: red}
  - {resource: account, columns: []}
`);
  const expected = [
    /^privacy\[6\]\.colour, line 13: is not known; the keys here are resource, columns, rule/,
    /^privacy\[0\]\.resource, line 7: must be the name of a resource: account,/,
    /^privacy\[1\]\.rule, line 8: must be drop, hash or keep/,
    /^privacy\[7\]\.columns, line 14: must name one column at least/,
    /^privacy\[7\]\.rule, line 14: must be drop, hash or keep/,
    /^privacy\[1\]\.columns\[0\], line 8: is no column that .* of supplier, supplier_attribute\.<column>/,
    /^privacy\[1\]\.columns\[1\], line 8: is no column that comes/,
    /^privacy\[1\]\.columns\[2\], line 8: is no column that comes/,
    /^privacy\[1\]\.columns\[3\], line 8: is no column that comes/,
    /^privacy\[2\]\.columns\[0\], line 9: is part of a key/,
    /^privacy\[2\]\.columns\[1\], line 9: is part of a key/,
    /^privacy\[2\]\.columns\[2\], line 9: is part of a key/,
    /^privacy\[2\]\.columns\[3\], line 9: is no column that comes/,
    /^privacy\[3\]\.columns\[0\], line 10: is part of a key/,
    /^privacy\[4\]\.columns\[0\], line 11: is no text, and only texts are hashed/,
    /^privacy\[5\]\.columns\[0\], line 12: shows the same value as privacy\[4\]\.columns\[1\], which has another rule/,
    /^privacy\[6\]\.columns\[1\], line 13: shows the same value as privacy\[5\]\.columns\[1\]/,
  ];
  for (const each of expected)
    assert.equal(found.filter(one => each.test(one)).length, 1, `${each}\n${found.join('\n')}`);
  assert.equal(found.length, expected.length, found.join('\n'));
});

test('privacy must be a list', () => {
  assert.match(complaints('  resource: supplier\n')[0] ?? '', /^privacy, line 6: must be a list of rules/);
});
