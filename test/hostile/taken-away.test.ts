import assert from 'node:assert/strict';
import test from 'node:test';
import type {Report} from '../../src/model/report.ts';
import {refuseStatement} from '../death/sql-refusal.ts';
import type {Answer, Fault} from '../sim/faulty-proxy.ts';
import {MovedClock} from './moved-clock.ts';
import {assertMended, changeAll, openLoaded, openSmall, proxyOf, resources} from './stage.ts';

/*
 * What is taken away in the middle of a run: room, rights, the warehouse. Each has a clear error and its exit code, and
 * the next run ends right.
 */

const json = {'content-type': 'application/json'};
const refusedWith = (status: number, errorCode?: string): Answer =>
  errorCode === undefined ? {status} : {status, headers: json, body: JSON.stringify({error_code: errorCode})};

interface Trouble extends Omit<Fault, 'does'> {
  readonly does: Fault['does'];
  readonly kind: string;
  readonly exitCode?: number;
  /** What the message or the remedy says of it. */
  readonly says: RegExp;
}

const volume: Readonly<Record<string, Trouble>> = {
  'a full volume: 507': {method: 'PUT', path: '.parquet', does: refusedWith(507), kind: 'data', says: /quota/},
  'a part that is too large: 413': {
    method: 'PUT',
    path: '.parquet',
    does: refusedWith(413),
    kind: 'data',
    says: /size/,
  },
  'a storage that fails: 500': {
    method: 'PUT',
    path: '.parquet',
    does: refusedWith(500),
    kind: 'transient',
    says: /500/,
  },
  'a spent quota: 400': {
    method: 'PUT',
    path: '.parquet',
    does: refusedWith(400, 'QUOTA_EXCEEDED'),
    kind: 'data',
    says: /quota/,
  },
  'no room for the manifest': {
    method: 'PUT',
    path: 'load.json',
    does: refusedWith(507),
    kind: 'data',
    says: /load\.json/,
  },
  'no right to write': {
    method: 'PUT',
    path: '.parquet',
    does: refusedWith(403, 'PERMISSION_DENIED'),
    kind: 'permission',
    says: /grant|Grant|missing/,
  },
  'no right to measure': {method: 'HEAD', path: '.parquet', does: refusedWith(403), kind: 'permission', says: /403/},
  'no right to list': {
    method: 'GET',
    path: /directories.*\/supplier/,
    does: refusedWith(403),
    kind: 'permission',
    says: /list/,
  },
};

const refusing = (errorClass: string, sqlState: string): Fault['does'] => {
  const text = `[${errorClass}] Planted-4711 is what the warehouse says. SQLSTATE: ${sqlState}`;
  return call => refuseStatement(call, {sqlState, text});
};

const warehouse: Readonly<Record<string, Trouble>> = {
  'no right to modify a table': {
    statement: 'MERGE INTO `main`.`visma`.`supplier`',
    does: refusing('INSUFFICIENT_PERMISSIONS', '42501'),
    kind: 'permission',
    says: /supplier/,
  },
  'no right to read the files': {
    statement: 'COPY INTO',
    does: refusing('PERMISSION_DENIED', '42501'),
    kind: 'permission',
    says: /copy/,
  },
  'no right to settle': {
    statement: 'MERGE INTO `main`.`visma_control`.`checkpoint`',
    does: refusing('INSUFFICIENT_PERMISSIONS', '42501'),
    kind: 'permission',
    says: /settle/,
  },
  'a disk that is full over there': {
    statement: 'MERGE INTO `main`.`visma`.`supplier`',
    does: refusing('SPARK_OUT_OF_DISK', '53100'),
    kind: 'transient',
    says: /supplier/,
  },
  'a statement that is stopped for its length': {
    statement: 'MERGE INTO `main`.`visma`.`supplier`',
    does: refusing('QUERY_EXECUTION_TIMEOUT_EXCEEDED', '57KD0'),
    kind: 'timeout',
    says: /larger warehouse/,
  },
  'a warehouse that was deleted': {
    thrift: 'ExecuteStatement',
    statement: 'MERGE INTO `main`.`visma`.`supplier`',
    does: refusedWith(404),
    kind: 'absent',
    says: /warehouse_id/,
  },
  'a warehouse that is gone: connections are refused': {
    statement: 'MERGE INTO `main`.`visma`.`supplier`',
    does: 'refuse',
    kind: 'transient',
    says: /no answer/,
  },
};

for (const [of, troubles] of Object.entries({volume, warehouse})) {
  test(`what is taken away of the ${of} in the middle of a run is told, and the next run ends right`, async t => {
    const world = await openLoaded(t);
    const proxy = await proxyOf(t, world);
    for (const [what, {kind, says, exitCode = 1, ...fault}] of Object.entries(troubles)) {
      await t.test(what, async () => {
        changeAll(world);
        const lift = proxy.add(fault);
        const clock = new MovedClock();
        const report = await world.run('sync', {resources, host: proxy.host, clock});
        lift();
        assert.deepEqual(kindsOf(report), [kind]);
        assert.match(saidOf(report), says);
        assert.doesNotMatch(JSON.stringify(report), /Planted-4711/);
        assert.ok(report.exitCode === exitCode || (of === 'volume' && report.exitCode === 3), `${report.exitCode}`);
        await assertMended(world);
      });
    }
  });
}

test('a warehouse that is stopped and comes back in the middle of a run is waited for', async t => {
  const world = await openLoaded(t);
  for (const does of ['refuse', refusedWith(503)] as const) {
    changeAll(world);
    const proxy = await proxyOf(t, world);
    const clock = new MovedClock();
    let lift = (): void => undefined;
    proxy.add({
      statement: 'MERGE INTO `main`.`visma`.`supplier`',
      nth: 1,
      does: 'refuse',
      before: () => {
        lift = proxy.add({path: '/sql/1.0/', does});
      },
    });
    clock.onSleep = () => clock.slept.length === 3 && lift();
    const report = await world.run('sync', {resources, host: proxy.host, clock});
    assert.deepEqual([report.exitCode, report.problems], [0, []]);
    assert.ok(clock.slept.length >= 3);
    await assertMended(world);
  }
});

test('I12 a right that is lost on one list or page leaves the others alone and marks nothing', async t => {
  const world = await openLoaded(t, {visma: {behaviour: {maxPageSize: 3}}});
  for (const nth of [1, 2]) {
    await t.test(`at request ${nth} of the list`, async () => {
      changeAll(world);
      const fault = {path: '/v1/supplier', kind: 'answer', status: 403, nth, times: Number.POSITIVE_INFINITY} as const;
      const set = world.visma.fault(fault);
      const report = await world.run('sync', {resources});
      set.lift();
      assert.deepEqual([report.exitCode, kindsOf(report)], [3, ['permission']]);
      assert.match(saidOf(report), /supplier/);
      await assertMended(world);
      const [marked] = await world.query('SELECT COUNT(*) AS n FROM main.visma.supplier WHERE _deleted_at IS NOT NULL');
      assert.equal(Number(marked?.['n']), 0);
    });
  }
});

test('a right to the catalog that was never there stops the first run with what to grant', async t => {
  const world = await openSmall(t);
  const proxy = await proxyOf(t, world);
  const lift = proxy.add({statement: 'CREATE SCHEMA', does: refusing('PERMISSION_DENIED', '42501')});
  const report = await world.run('sync', {resources, host: proxy.host});
  lift();
  assert.deepEqual([report.exitCode, kindsOf(report)], [1, ['permission']]);
  await assertMended(world);
});

const kindsOf = ({problems}: Report): readonly string[] => [...new Set(problems.map(({kind}) => kind))];
const saidOf = ({problems}: Report): string => problems.map(({message, hint}) => `${message} ${hint}`).join('\n');
