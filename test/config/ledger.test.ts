import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import test, {after} from 'node:test';
import {type Config, readConfig} from '../../src/config/config.ts';
import {complaintsOf} from './complaints.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'config-'));
after(() => rmSync(folder, {recursive: true}));

const least = `visma:
  client_id: app
  client_secret: visma-secret-value
  companies:
    - {id: se, tenant_id: t-se, currency: SEK}
    - {id: no, tenant_id: t-no, currency: NOK}
databricks: {warehouse_id: w1}
`;

function read(ledger: string): Config {
  const file = path.join(folder, 'visma.yml');
  writeFileSync(file, `${least}${ledger}`);
  return readConfig({path: file, environment: {}}).config;
}

const complaints = (ledger: string): string[] => complaintsOf(() => read(ledger));

test('a mapping is read: codes are texts, single ones and ranges, and the first match wins', () => {
  const {ledger} = read(`ledger:
  routes:
    - {accounts: ["3000-3999", "0100", "=A-B"], group: revenue, table: gl_revenue, column: net_revenue}
    - {accounts: [1660], companies: [se], group: receivable, intercompany: true}
  dimensions: [{segment: 1, column: cost_center}, {dimension: Projekt, column: project_code}]
  group_currency: SEK
  rates: {type: SPOT, company: se}
`);
  assert.deepEqual(ledger, {
    ledgers: [],
    routes: [
      {
        accounts: [
          {from: '3000', to: '3999'},
          {from: '0100', to: '0100'},
          {from: 'A-B', to: 'A-B'},
        ],
        group: 'revenue',
        table: 'gl_revenue',
        column: 'net_revenue',
        intercompany: false,
      },
      {accounts: [{from: '1660', to: '1660'}], companies: ['se'], group: 'receivable', intercompany: true},
    ],
    unrouted: 'other',
    dimensions: [
      {by: {segment: 1}, column: 'cost_center'},
      {by: {dimension: 'Projekt'}, column: 'project_code'},
    ],
    groupCurrency: 'SEK',
    rates: {type: 'SPOT', company: 'se'},
  });
});

test('an empty section maps nothing', () => {
  for (const section of ['', 'ledger:\n', 'ledger: {}\n']) assert.equal(read(section).ledger, undefined);
});

test('every problem of a mapping is told at once', () => {
  const found = complaints(`ledger:
  routes:
    - {accounts: ["3000-3999", "3100", "10-100", "39-30"], group: a, table: supplier, column: company_id}
    - {accounts: ["3500"], group: b, companies: [fi], column: one}
    - {accounts: ["8000"], group: c, column: one}
    - {accounts: ["8000"], group: d, table: "x y", colour: red}
  unrouted: perhaps
  dimensions: [{segment: 1, column: account}, {column: cost}, {segment: 2, dimension: b, column: cost2}]
  rates: {type: SPOT, company: fi}
sync: {resources: supplier}
`);
  const expected = [
    'ledger.routes[3].colour, line 13: is not known',
    'ledger.routes[3].table, line 13: must be a name of small letters',
    'ledger.unrouted, line 14: must be other or fail',
    'ledger.dimensions[1], line 15: must have either the number of a segment',
    'ledger.dimensions[2], line 15: must have either the number of a segment',
    'ledger.routes[0].accounts[1], line 10: overlaps ledger.routes[0].accounts[0]',
    'ledger.routes[0].accounts[2], line 10: is no range: its codes have different lengths',
    'ledger.routes[0].accounts[3], line 10: is no range: it ends before it begins',
    'ledger.routes[1].accounts[0], line 11: is never reached: ledger.routes[0] takes it first',
    'ledger.routes[3].accounts[0], line 13: is never reached: ledger.routes[2] takes it first',
    'ledger.routes[1].companies[0], line 11: names no company; known are se, no',
    'ledger.routes[0].table, line 10: is the name of another table of this schema',
    'ledger.routes[0].column, line 10: is the name of a column that is there anyway',
    'ledger.routes[2].column, line 12: is the same as ledger.routes[1].column',
    'ledger.dimensions[0].column, line 15: is the name of a column that is there anyway',
    'ledger.rates.company, line 16: names no company',
    'ledger.group_currency, line 8: is missing beside rates',
    'sync.resources, line 17: lacks what ledger is made of: account, ledger, branch',
  ];
  assert.equal(found.length, expected.length, found.join('\n'));
  for (const [index, text] of expected.entries()) {
    assert.ok(found[index]?.startsWith(text), `${found[index]} ≠ ${text}`);
  }
});

test('a difference fails a run unless the section says warn, which alone builds no ledger', () => {
  assert.equal(read('').onDifference, 'fail');
  const {ledger, onDifference} = read('ledger: {on_difference: warn}\n');
  assert.deepEqual([ledger, onDifference], [undefined, 'warn']);
  assert.match(complaints('ledger: {on_difference: never}\n').join(), /on_difference.*must be fail or warn/);
});

test('a group of several currencies needs rates', () => {
  assert.match(complaints('ledger: {group_currency: SEK}\n').join(), /ledger\.rates.*no keep other currencies/);
});
