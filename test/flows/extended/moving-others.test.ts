import assert from 'node:assert/strict';
import test from 'node:test';
import {exact} from '../../sim/visma/visma.ts';
import {World} from '../world.ts';

const companies = ['se'];
const size = {invoices: 8, journalLines: 40, suppliers: 6, customers: 4};

test('general_ledger_balance: batches that come and go between the periods of a first load are in the end', async t => {
  const resources = 'general_ledger_balance';
  const world = await World.open(t, {visma: {companies, size, nasty: false}, sync: {page_size: 15}});
  const {visma} = world;
  const batches = visma.truth('se')['journaltransaction'] ?? [];
  const posted = batches.filter(({status}) => status === 'Posted');
  const [gone, like] = posted;
  assert.ok(gone && like);
  const which = {company: 'se', collection: 'journaltransaction'};
  const moved = visma.fault({
    path: '/v2/generalLedgerBalance',
    kind: 'run',
    nth: 11,
    action: () => {
      visma.delete({...which, key: [String(gone['module']), String(gone['batchNumber'])]});
      const {lastModifiedDateTime: _stamp, timeStamp: _version, ...content} = like;
      visma.insert({...which, record: {...content, batchNumber: '900001'}});
    },
  });
  for (let run = 0; run < 2; run++) assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.equal(moved.struck, 1);
  const states: unknown[] = [];
  for (let sweep = 0; sweep < 2; sweep++) {
    const report = await world.run('sweep', {resources});
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
    states.push((await world.run('status', {resources})).details?.[0]?.['state']);
  }
  assert.deepEqual(states, ['provisional', 'proven']);
  await world.assertTruth({resources: [resources], marked: true});
});

test('dimension: what is gone between the list of ids and itself makes the list be read again', async t => {
  const resources = 'dimension';
  const world = await World.open(t, {visma: {companies, size, nasty: false}});
  const {visma} = world;
  const which = {company: 'se', collection: 'dimension'};
  const [first, ...others] = visma.truth('se')['dimension'] ?? [];
  const last = others.at(-1);
  assert.ok(first && last);
  const removed = visma.fault({
    path: '/v1/dimension/*',
    kind: 'run',
    nth: 1,
    action: () => {
      visma.delete({...which, key: String(last['id'])});
      visma.insert({...which, record: {...last, id: 'NEWONE'}});
      visma.change({...which, key: String(first['id']), fields: {description: 'renamed'}});
    },
  });
  assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.equal(removed.struck, 1);
  await world.assertTruth({resources: [resources]});

  const late = visma.fault({
    path: '/v1/dimension/*',
    kind: 'run',
    nth: others.length + 1,
    when: 'after',
    action: () => {
      visma.delete({...which, key: String(first['id'])});
      visma.insert({...which, record: {...last, id: 'NEWER'}});
    },
  });
  for (let run = 0; run < 2; run++) assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.equal(late.struck, 1);
  await world.assertTruth({resources: [resources]});
});

test('a list in one answer: what moves once the answer was made is in the next one', async t => {
  const resources = 'account ledger';
  const world = await World.open(t, {visma: {companies, size, nasty: false}});
  const {visma} = world;
  const which = {company: 'se', collection: 'account'};
  const [first, second, third] = visma.truth('se')['account'] ?? [];
  assert.ok(first && second && third);
  const {lastModifiedDateTime: _stamp, timeStamp: _version, ...content} = third;
  const moved = visma.fault({
    path: '/v1/account',
    kind: 'run',
    when: 'after',
    action: () => {
      visma.delete({...which, key: String(first['accountCD'])});
      visma.insert({...which, place: 'first', record: {...content, accountCD: '9990', accountID: exact('9990')}});
      visma.change({...which, key: String(second['accountCD']), fields: {description: 'renamed'}, stamp: false});
    },
  });
  for (let run = 0; run < 2; run++) assert.equal((await world.run('sync', {resources})).exitCode, 0);
  assert.equal(moved.struck, 1);
  await world.assertTruth({resources: resources.split(' ')});
});
