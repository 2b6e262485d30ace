import assert from 'node:assert/strict';
import test from 'node:test';
import {startFaultyProxy} from '../sim/faulty-proxy.ts';
import {World} from './world.ts';

test('an api_url under which nothing is found fails the run instead of skipping every list', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  const configPath = await world.writeConfig({visma: {api_url: `${world.visma.apiUrl}/erp/service`}});
  const report = await world.run('sync', {configPath, resources: 'supplier currency'});
  assert.notEqual(report.exitCode, 0, 'nothing was read');
});

test('a company that lets us read nothing at all is not done', async t => {
  const world = await World.open(t);
  world.visma.fault({company: 'no', path: '/v*', kind: 'answer', status: 403, times: Number.POSITIVE_INFINITY});
  const report = await world.run('sync', {resources: 'supplier currency'});
  assert.notEqual(report.exitCode, 0);
});

test('a commit that the workspace refuses is a failure, for what landed is not committed', async t => {
  const world = await World.open(t, {visma: {companies: ['se']}});
  const resources = 'supplier';
  const proxy = await startFaultyProxy({host: world.workspace.host});
  t.after(() => proxy.close());
  await world.run('sync', {resources});
  world.visma.clock.advance(3 * 3_600_000);
  const key = String(world.visma.truth('se')['supplier']?.[0]?.['number']);
  world.visma.change({company: 'se', collection: 'supplier', key, fields: {name: 'changed'}});
  proxy.add({statement: 'MERGE INTO `main`.`visma`.`supplier` ', does: {status: 403, body: '{}'}});
  const report = await world.run('sync', {resources, host: proxy.host});
  assert.equal(report.exitCode, 1);
});
