import assert from 'node:assert/strict';
import test from 'node:test';
import {explainRoutes} from '../../src/ledger/ledger.ts';
import type {Mapping} from '../../src/model/ledger.ts';
import {companyId} from '../../src/model/names.ts';

const mapping: Mapping = {
  ledgers: [],
  routes: [
    {accounts: [{from: '3000', to: '3099'}], companies: [companyId('no')], group: 'a', intercompany: false},
    {accounts: [{from: '3000', to: '3999'}], group: 'b', intercompany: false},
    {accounts: [{from: '3010', to: '3010'}], group: 'c', intercompany: false},
  ],
  unrouted: 'other',
  dimensions: [],
};

const verdicts = (account: string, company?: string): string =>
  explainRoutes(mapping, {account, ...(company !== undefined && {company: companyId(company)})})
    .map(({verdict}) => verdict)
    .join(', ');

test('each route says whether it takes an account, and why not', () => {
  assert.equal(verdicts('3010', 'no'), 'takes it, taken before, taken before');
  assert.equal(verdicts('3010', 'se'), 'other companies, takes it, taken before');
  assert.equal(verdicts('3500', 'no'), 'other accounts, takes it, other accounts');
});

test('of any company, a route of some leaves the others to those behind it', () => {
  assert.equal(verdicts('3010'), 'takes it, takes it, taken before');
});

test('codes are texts: of one length, and by their bytes', () => {
  assert.equal(verdicts('30100'), 'other accounts, other accounts, other accounts');
  assert.equal(verdicts('0301'), 'other accounts, other accounts, other accounts');
  assert.equal(verdicts('30é1', 'se'), 'other accounts, takes it, other accounts');
});
