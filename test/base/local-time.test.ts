import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {readLocalTime} from '../../src/base/local-time.ts';

test('every day of the calendar is read, and no other', () => {
  fc.assert(
    fc.property(
      fc.integer({min: 0, max: 9999}),
      fc.integer({min: 0, max: 13}),
      fc.integer({min: 0, max: 32}),
      (y, m, d) => {
        const text = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
        const date = new Date(0);
        date.setUTCFullYear(y, m - 1, d);
        const real = y > 0 && date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
        assert.equal(readLocalTime(text)?.day, real ? text : undefined);
      },
    ),
    {numRuns: 1000},
  );
});

test('the wall clock is kept as sent, whatever zone follows', () => {
  const read = (text: string): unknown => readLocalTime(text);
  const clock = {day: '2026-03-20', time: '06:35:22', fraction: '153'};
  assert.deepEqual(read('2026-03-20T06:35:22.153'), {...clock, zoned: false});
  assert.deepEqual(read('2026-03-20 06:35:22.153000'), {...clock, zoned: false});
  assert.deepEqual(read('2026-03-20T06:35:22.153Z'), {...clock, zoned: true});
  assert.deepEqual(read('2026-03-20T06:35:22.153+01:00'), {...clock, zoned: true});
  assert.deepEqual(read('2026-03-20'), {day: '2026-03-20', time: '00:00:00', fraction: '', zoned: false});
  assert.deepEqual(read('2026-03-20T06:35'), {day: '2026-03-20', time: '06:35:00', fraction: '', zoned: false});
});

test('what is no time of day is refused', () => {
  const wrong = [
    '2026-02-30',
    '2026-02-28T24:00:00',
    '2026-02-28T10:60:00',
    '2026-02-28T10:00:60',
    '2026-2-3',
    '20260203',
  ];
  for (const text of [
    ...wrong,
    '',
    '2026-02-28T',
    '2026-02-28 10',
    ' 2026-02-28',
    '2026-02-28T10:00:00.',
    '28.02.2026',
  ]) {
    assert.equal(readLocalTime(text), undefined, text);
  }
});
