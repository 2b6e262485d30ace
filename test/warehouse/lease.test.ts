import assert from 'node:assert/strict';
import {after, before, beforeEach, test} from 'node:test';
import type {KeyRegister} from '../../src/model/key-register.ts';
import type {Warehouse} from '../../src/model/ports.ts';
import {invoice} from './resources.ts';
import {Workspace, warehouseOn} from './workspace.ts';

let workspace: Workspace;
let one: Warehouse & Pick<KeyRegister, 'readTableStates'>;
let other: Warehouse;

before(async () => {
  workspace = await Workspace.open();
});
after(() => workspace.close());
beforeEach(() => {
  workspace.before = () => undefined;
  workspace.clock.advance(3_600_000);
  [one, other] = [warehouseOn(workspace, [invoice]), warehouseOn(workspace, [invoice])];
});

test('the lease is held by one run at a time, and each holder has a greater fence', async () => {
  const first = await one.acquire('one');
  assert.ok(first);
  assert.equal(await other.acquire('other'), undefined);
  await one.release(first);
  const second = await other.acquire('other');
  assert.equal(second?.fence, first.fence + 1);
  assert.equal(await one.acquire('one'), undefined);
});

test('acquiring again, or after a lost answer, gives the same fence', async () => {
  workspace.before = ({label}) => (label === 'lease' ? 'answer lost' : undefined);
  const first = await one.acquire('one');
  workspace.before = () => undefined;
  assert.deepEqual(await one.acquire('one'), first);
});

test('what could not be given back is given back before it is taken again, and the fence grows', async () => {
  const first = await one.acquire('one');
  assert.ok(first);
  workspace.before = () => assert.fail('the warehouse is away');
  await assert.rejects(one.release(first));
  await assert.rejects(one.acquire('one'), 'nothing is taken as long as it is away');
  workspace.before = () => undefined;
  assert.equal((await one.acquire('one'))?.fence, first.fence + 1);
});

test('an expired lease is taken by another, and by the warehouse its former holder is told', async () => {
  const first = await one.acquire('one');
  assert.ok(first);
  workspace.clock.advance(901_000);
  const second = await other.acquire('other');
  assert.equal(second?.fence, first.fence + 1);
  await assert.rejects(one.renew(first), {kind: 'lease'});
});

test('a lease that ran out is lost, even if nobody took it', async () => {
  const first = await one.acquire('one');
  assert.ok(first);
  workspace.clock.advance(901_000);
  await assert.rejects(one.renew(first), {kind: 'lease'});
});

test('renewing sends nothing while a whole statement fits into the term, and prolongs it after that', async () => {
  const lease = await one.acquire('one');
  assert.ok(lease);
  workspace.takeLabels();
  workspace.clock.advance(149_000);
  await one.renew(lease);
  assert.deepEqual(workspace.takeLabels(), []);
  workspace.clock.advance(1_000);
  await one.renew(lease);
  assert.deepEqual(workspace.takeLabels(), ['lease', 'lease']);
  workspace.clock.advance(899_000);
  assert.equal(await other.acquire('other'), undefined);
  await one.renew(lease);
});

test('releasing what belongs to another by now changes nothing', async () => {
  const first = await one.acquire('one');
  assert.ok(first);
  workspace.clock.advance(901_000);
  const second = await other.acquire('other');
  assert.ok(second);
  await one.release(first);
  workspace.clock.advance(160_000);
  await other.renew(second);
});

test('a lease shorter than a statement may last is a configuration error', () => {
  assert.throws(() => warehouseOn(workspace, [invoice], {leaseSeconds: 600}), {kind: 'configuration'});
});

test('I27 a lease whose row was lost starts above every commit there is, also if that was cut short', async () => {
  const first = await one.acquire('one');
  assert.ok(first);
  await one.prepare([invoice.table]);
  await workspace.query("INSERT INTO main.visma.invoice (company_id, record_id, _commit) VALUES ('se', 'x', 4711)");
  await one.release(first);
  await workspace.query('DELETE FROM main.visma_control.lease');
  workspace.before = ({sql}) => (sql.includes('SHOW TABLES') ? assert.fail('killed') : undefined);
  await assert.rejects(one.acquire('one'));
  workspace.before = () => undefined;
  workspace.clock.advance(901_000);
  assert.equal((await other.acquire('other'))?.fence, 4712);
});

test('I27 a lease that was put back goes on above the commits that a run has seen', async () => {
  await one.prepare([invoice.table]);
  await workspace.query("INSERT INTO main.visma.invoice (company_id, record_id, _commit) VALUES ('se', 'y', 5000)");
  await one.readTableStates([invoice]);
  assert.equal((await one.acquire('one'))?.fence, 5001);
});
