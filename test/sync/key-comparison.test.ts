import assert from 'node:assert/strict';
import test from 'node:test';
import type {HeldKey} from '../../src/model/key-register.ts';
import {toStamp} from '../../src/model/names.ts';
import {KeyComparison} from '../../src/sync/sweep/key-comparison.ts';
import {documents} from './sweeping.ts';

const held = (recordId: string, more: Partial<HeldKey> = {}): HeldKey => ({recordId, isDeleted: false, ...more});

test('a key that is not there, or is marked there, is lacking', () => {
  const comparison = new KeyComparison(documents, [held('1'), held('2', {isDeleted: true})]);
  const verdicts = ['1', '2', '3'].map(number => comparison.take({number}));
  assert.deepEqual(verdicts, ['same', 'lacking', 'lacking']);
  assert.equal(comparison.take({}), 'keyless');
  assert.deepEqual([comparison.shown, comparison.lacking, comparison.live], [3, 2, 1]);
});

test('the row version decides where both have one, else the stamp, however its zeros are written', () => {
  const stamp = '2026-03-20 06:35:22.15';
  const keys = [held('1', {rowVersion: 'AAA=', stamp}), held('2', {stamp}), held('3', {rowVersion: 'AAA=', stamp})];
  const at = {changedAt: '2026-03-20T06:35:22.150'};
  const verdicts = [
    {number: '1', timeStamp: 'AAB=', ...at},
    {number: '1', timeStamp: 'AAA=', changedAt: '2026-03-21T00:00:00'},
    {number: '2', timeStamp: 'AAB=', ...at},
    {number: '2', changedAt: '2026-03-20T06:35:22.151'},
    {number: '2', changedAt: '2026-03-20T06:35:22.1500001'},
    {number: '3', changedAt: {value: '2026-03-20T06:35:22.15'}},
    {number: '3'},
  ].map(record => new KeyComparison(documents, keys).take(record));
  assert.deepEqual(verdicts, ['differing', 'same', 'same', 'differing', 'same', 'same', 'same']);
});

test('live keys that were not shown are missing, marked ones are not', () => {
  const comparison = new KeyComparison(documents, [held('1'), held('2'), held('3', {isDeleted: true})]);
  comparison.take({number: '1'});
  assert.deepEqual(comparison.missing, ['2']);
  assert.deepEqual(
    ['1', '2', '3', '4'].map(id => comparison.isSettled(id)),
    [true, false, true, false],
  );
});

test('a key counts once, however often a walk shows it', () => {
  const comparison = new KeyComparison(documents, [held('1', {rowVersion: 'A'})]);
  for (const record of [{number: '1', timeStamp: 'B'}, {number: '2'}]) {
    for (let time = 0; time < 2; time++) comparison.take(record);
  }
  comparison.confirm({number: '1', timeStamp: 'B'});
  comparison.confirm({number: '1', timeStamp: 'B'});
  const {shown, lacking, differing, unexpected} = comparison;
  assert.deepEqual({shown, lacking, differing, unexpected}, {shown: 2, lacking: 1, differing: 1, unexpected: 2});
});

test('what the next delta would bring anyway is read at once, and is no disagreement', () => {
  const from = toStamp('2026-03-20T00:00:00');
  const comparison = new KeyComparison(documents, [], from);
  comparison.take({number: '1', changedAt: '2026-03-20T00:00:00'});
  comparison.take({number: '2', changedAt: '2026-03-19T23:59:59.999'});
  assert.deepEqual([comparison.lacking, comparison.unexpected], [2, 1]);
});

test('I23 a missing key may be that of a record without one, if every part that could be read is its own', () => {
  const comparison = new KeyComparison({...documents, key: ['kind', 'number']}, [held('A/1'), held('B/2')]);
  assert.equal(comparison.take({kind: 'A', number: {id: '1'}}), 'keyless');
  assert.deepEqual(
    [comparison.keyless, comparison.mayBeKeyless('A/1'), comparison.mayBeKeyless('B/2')],
    [1, true, false],
  );
  for (let more = 0; more < 100; more++) comparison.take({kind: 'A'});
  assert.equal(comparison.mayBeKeyless('B/2'), true, 'so many tell nothing');
});
