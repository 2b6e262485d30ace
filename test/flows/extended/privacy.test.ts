import assert from 'node:assert/strict';
import test from 'node:test';
import {
  assertNowhere,
  changeEverywhere,
  environment,
  only,
  openBehindProxy,
  openLoaded,
  resources,
  rules,
  veil,
} from '../privacy.ts';

test('a rule that is lifted brings the text back to live rows', async t => {
  const world = await openLoaded(t, {privacy: rules, environment});
  const report = await world.run('sync', {resources, privacy: [], environment});
  assert.match(report.notes.join('\n'), /privacy rules of supplier were loosened/);
  await world.assertTruth({...only, privacy: [], salt: environment.VISMA_PRIVACY_SALT});
  const [gone] = await world.query('SELECT description FROM main.visma.currency WHERE _deleted_at IS NOT NULL');
  assert.equal(gone?.['description'], null);
});

test('I26 a resource that cannot be masked waits alone: the others are masked and go on', async t => {
  const {world, proxy} = await openBehindProxy(t);
  await changeEverywhere(world);
  const noted = async (): Promise<unknown> =>
    (await world.query("SELECT fingerprint FROM main.visma_control.privacy WHERE resource = 'supplier'"))[0]?.[
      'fingerprint'
    ];
  const before = await noted();
  const blanked = 'MERGE INTO `main`.`visma`.`supplier` AS t\nUSING (SELECT 1 AS held';
  const lift = proxy.add({statement: blanked, does: {status: 403, body: '{}'}});
  const report = await world.run('sync', {resources, privacy: rules, environment, host: proxy.host});
  assert.equal(report.exitCode, 1);
  assert.equal(report.problems.length, 1, JSON.stringify(report.problems));
  await world.assertTruth({resources: ['customer'], ...veil});
  assert.equal(await noted(), before, 'the next run finds that its rules differ');
  lift();
  assert.equal((await world.run('sync', {resources, privacy: rules, environment})).exitCode, 0);
  assert.notEqual(await noted(), before);
  await assertNowhere(world);
  await world.assertTruth({...only, ...veil});
});
