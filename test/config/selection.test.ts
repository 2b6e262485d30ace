import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {Secret} from '../../src/base/secret.ts';
import {resources as catalogue} from '../../src/catalogue/catalogue.ts';
import {type Config, selectCompanies, selectResources} from '../../src/config/config.ts';
import {companyId} from '../../src/model/names.ts';

function configOf({resources, ids}: {resources: readonly string[]; ids: readonly string[]}): Config {
  return {
    visma: {
      clientId: 'app',
      clientSecret: new Secret('secret'),
      tokenUrl: 'https://token.example.com',
      apiUrl: 'https://api.example.com',
      companies: ids.map(id => ({id: companyId(id), name: id, tenantId: id, currency: 'SEK', headers: {}})),
    },
    databricks: {catalog: 'main', schema: 'visma'},
    lineage: {external: true, tags: true},
    privacy: {rules: []},
    sync: {
      resources: catalogue.filter(resource => resources.includes(resource.name)),
      overlapMs: 1,
      pageSizeMax: 1,
      rateShare: 1,
      deletionGuard: 1,
      sweepShare: 1,
      sweepWholeMax: 1,
      retentionMs: 1,
      statementTimeoutMs: 1000,
      companiesAtOnce: 1,
      stretchPages: 20,
      partBytesMax: 1,
    },
  };
}

const all = catalogue.map(resource => resource.name);
const whole = configOf({resources: all, ids: ['se', 'no', 'Nordic, AB', 'Nordic']});
const names = (config: Config, narrowing?: string): string[] =>
  selectResources(config, narrowing).map(resource => resource.name);
const ids = (narrowing?: string): string[] => selectCompanies(whole, narrowing).map(company => company.id);

const usage = (pattern: RegExp) => (error: unknown) =>
  error instanceof SyncError && error.kind === 'usage' && pattern.test(`${error.message} ${error.hint}`);

test('without narrowing a run takes what the configuration has', () => {
  for (const nothing of [undefined, '', ' , ']) {
    assert.deepEqual(names(configOf({resources: ['supplier', 'account'], ids: ['a']}), nothing), [
      'account',
      'supplier',
    ]);
    assert.deepEqual(ids(nothing), ['se', 'no', 'Nordic, AB', 'Nordic']);
  }
});

test('names and groups narrow it, by commas or spaces, in the order of the catalogue', () => {
  assert.deepEqual(names(whole, 'supplier_invoice,account  supplier'), ['account', 'supplier', 'supplier_invoice']);
  assert.deepEqual(names(whole, 'purchasing'), ['supplier', 'purchase_order', 'purchase_receipt']);
  assert.deepEqual(names(whole, 'all'), all);
  assert.deepEqual(ids('no,se'), ['se', 'no']);
});

test('narrowing adds nothing that the configuration leaves out', () => {
  const config = configOf({resources: ['account', 'supplier'], ids: ['a']});
  assert.deepEqual(names(config, 'ledger'), ['account']);
  assert.deepEqual(names(config, 'all'), ['account', 'supplier']);
  assert.throws(() => names(config, 'customer,account,receivables'), usage(/leaves out: customer, receivables/));
});

test('unknown names are complained about all at once, with those that are known', () => {
  assert.throws(() => names(whole, 'acount,supplier,curency'), usage(/acount, curency.*Known are all, /));
  assert.throws(() => ids('dk,se,fi'), usage(/no company of the name: dk, fi.*Known are se, no/));
});

test('an id with commas and spaces is taken whole', () => {
  assert.deepEqual(ids('Nordic, AB'), ['Nordic, AB']);
  assert.deepEqual(ids('Nordic,se'), ['se', 'Nordic']);
  assert.deepEqual(ids('no Nordic, AB'), ['no', 'Nordic, AB']);
});
