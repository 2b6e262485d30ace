import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {stampBefore, stampMs, toStamp} from '../../src/model/names.ts';

const instant = fc.date({
  min: new Date('0001-01-02T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});
/** As .NET prints it: zeros at the end trimmed, without a zone. */
const trimmed = (date: Date): string => date.toISOString().slice(0, 23).replace(/0+$/, '').replace(/\.$/, '');

test('stamps compare as the instants do, however many zeros were trimmed', () => {
  fc.assert(
    fc.property(instant, instant, (one, other) => {
      const [a, b] = [toStamp(trimmed(one)), toStamp(trimmed(other))];
      assert.ok(a !== undefined && b !== undefined);
      assert.equal(stampMs(a), one.getTime());
      assert.equal(a < b, one < other);
      assert.equal(a === b, one.getTime() === other.getTime());
    }),
  );
});

test('one instant has one text', () => {
  const texts = [
    '2026-03-20T06:35:22.15',
    '2026-03-20 06:35:22.150',
    '2026-03-20T06:35:22.1500000',
    '2026-03-20T06:35:22.15Z',
  ];
  assert.deepEqual(
    texts.map(toStamp),
    texts.map(() => '2026-03-20T06:35:22.150'),
  );
  assert.equal(toStamp('2026-03-20T06:35:22.1534567'), '2026-03-20T06:35:22.1534567');
  assert.equal(toStamp('2026-03-20'), '2026-03-20T00:00:00.000');
});

test('what is no instant is no stamp', () => {
  for (const text of ['2026-02-30T00:00:00', '2026-03-20T25:00:00', '', 'yesterday', 5, null, undefined, {}]) {
    assert.equal(toStamp(text), undefined);
  }
});

test('a stamp can be moved back, to the beginning of years and no further', () => {
  const stamp = toStamp('2026-03-20T06:35:22.153');
  assert.ok(stamp);
  assert.equal(stampBefore(stamp, 7_200_000), '2026-03-20T04:35:22.153');
  assert.equal(stampBefore(stamp, Number.MAX_SAFE_INTEGER), '0001-01-01T00:00:00.000');
});
