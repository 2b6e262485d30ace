import assert from 'node:assert/strict';
import {after, beforeEach, test} from 'node:test';
import {asker} from './asking.ts';
import {stampOf, wallMs} from './stamps.ts';
import {type Entity, startVisma} from './visma.ts';

const sim = await startVisma({size: 'empty', companies: ['se'], now: '2026-06-01T10:00:00.101Z'});
after(() => sim.close());
const ask = await asker(sim, 'se', {});

const path = '/v1/customer?pageNumber=1&pageSize=1000';
const numbersOf = (records: readonly Entity[]): string => records.map(({number}) => number).join(' ');
const since = async (stamp: string, condition?: string): Promise<string> => {
  const extra = condition === undefined ? '' : `&lastModifiedDateTimeCondition=${encodeURIComponent(condition)}`;
  return numbersOf((await ask(`${path}&lastModifiedDateTime=${encodeURIComponent(stamp)}${extra}`)).records);
};

beforeEach(() => {
  sim.behaviour.order = 'as inserted';
});

for (const [number, lastModifiedDateTime] of [
  ['A', '2026-05-01T08:00:00'],
  ['B', '2026-05-01T08:00:00.74'],
  ['C', '2026-05-02T00:00:00'],
  ['D', null],
] as const) {
  sim.insert({company: 'se', collection: 'customer', record: {number, lastModifiedDateTime}});
}

test('each condition compares as it says, to the millisecond', async () => {
  assert.equal(await since('2026-05-01T08:00:00.740', '>='), 'B C');
  assert.equal(await since('2026-05-01T08:00:00.740', '>'), 'C');
  assert.equal(await since('2026-05-01 08:00:00.74', '<'), 'A');
  assert.equal(await since('2026-05-01T08:00:00.740', '<='), 'A B');
  assert.equal(await since('2026-05-02', '>='), 'C');
});

test('a stamp without its condition, or the condition alone, gives everything', async () => {
  assert.equal(await since('2026-05-02'), 'A B C D');
  const alone = await ask(`${path}&lastModifiedDateTimeCondition=%3E%3D`);
  assert.equal(numbersOf(alone.records), 'A B C D');
});

test('a stamp with Z or an offset is refused, with the condition and without', async () => {
  for (const stamp of [
    '2026-05-01T08:00:00Z',
    '2026-05-01T08:00:00%2B02:00',
    '2026-05-01T08:00:00.1234567',
    'yesterday',
  ]) {
    assert.equal((await ask(`${path}&lastModifiedDateTime=${stamp}`)).status, 400, stamp);
    assert.equal(
      (await ask(`${path}&lastModifiedDateTime=${stamp}&lastModifiedDateTimeCondition=%3E`)).status,
      400,
      stamp,
    );
  }
});

test('a condition that is none of the four is refused', async () => {
  const answer = await ask(`${path}&lastModifiedDateTime=2026-05-01&lastModifiedDateTimeCondition=ge`);
  assert.equal(answer.status, 400);
});

test('a write is stamped with the wall clock of Oslo, in ticks, without a zone', async () => {
  const changed = sim.change({company: 'se', collection: 'customer', key: 'A', fields: {name: 'x'}});
  assert.equal(changed['lastModifiedDateTime'], '2026-06-01T12:00:00.1');
});

test('stamps have the steps of SQL Server and no trailing zeros', () => {
  const at = (ms: number): string => stampOf(Date.parse('2026-03-20T06:35:22Z') + ms).slice(19);
  assert.deepEqual([0, 2, 152, 154, 740, 999, 10].map(at), ['', '.003', '.153', '.153', '.74', '', '.01']);
  assert.equal(stampOf(Date.parse('2026-03-20T06:59:50Z') + 999), '2026-03-20T06:59:51');
});

test('in autumn the wall clock goes through one hour twice', () => {
  const wall = (instant: string): string => stampOf(wallMs(Date.parse(instant), 'oslo'));
  assert.equal(wall('2026-10-25T00:30:00Z'), '2026-10-25T02:30:00');
  assert.equal(wall('2026-10-25T01:30:00Z'), '2026-10-25T02:30:00');
  assert.equal(wall('2026-03-29T00:59:59Z'), '2026-03-29T01:59:59');
  assert.equal(wall('2026-03-29T01:00:00Z'), '2026-03-29T03:00:00');
});

test('every write moves the row version, which is eight bytes in base64', () => {
  const before = String(sim.change({company: 'se', collection: 'customer', key: 'B', fields: {}})['timeStamp']);
  const next = String(sim.change({company: 'se', collection: 'customer', key: 'B', fields: {}})['timeStamp']);
  const number = (text: string): bigint => Buffer.from(text, 'base64').readBigUInt64BE();
  assert.equal(number(next), number(before) + 1n);
});
