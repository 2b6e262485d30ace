import assert from 'node:assert/strict';
import test from 'node:test';
import {Float64} from 'apache-arrow';
import fc from 'fast-check';
import {judgeDecimal} from '../../src/base/decimal.ts';
import type {Json} from '../../src/base/exact-json.ts';
import {judgeOf} from '../../src/rows/judge.ts';
import {errorsOf, rowOf, rowsOf, shapeText} from './invoice.ts';

/** The staged value of one column and what `_errors` says of it. */
function staged(column: string, value: Json): [string | null | undefined, string | null] {
  const row = rowOf({[column]: value});
  return [row[column], errorsOf(row)?.[column] ?? null];
}

/** The same, with the value's digits as they stand in the body. */
function stagedText(column: string, json: string): [string | null | undefined, string | null] {
  const [row] = rowsOf(shapeText(`[{"type":"I","number":"1","${column}":${json}}]`).batches[0]);
  assert.ok(row);
  return [row[column], errorsOf(row)?.[column] ?? null];
}

test('I8 money is exact from the body to the staged text', () => {
  assert.deepEqual(stagedText('amount', '1234.7700'), ['1234.77', null]);
  assert.deepEqual(stagedText('amount', '90071992547409931.25'), ['90071992547409931.25', null]);
  assert.deepEqual(stagedText('amount', '1e3'), ['1000', null]);
  assert.deepEqual(stagedText('amount', '-0'), ['0', null]);
  assert.deepEqual(stagedText('amount', '0.0000001'), ['0.0000001', null]);
  assert.deepEqual(staged('amount', '12.50'), ['12.5', null]);
  assert.deepEqual(stagedText('rate', '0.123456789012345678'), ['0.123456789012345678', null]);
});

test('too many decimals are rounded half-up and named; too many integer digits are null and named', () => {
  assert.deepEqual(stagedText('amount', '0.00000000005'), ['0.0000000001', 'rounded to 10 decimals']);
  assert.deepEqual(staged('amount', 0.12345678901), ['0.123456789', 'rounded to 10 decimals']);
  assert.deepEqual(stagedText('amount', '12345678901234567890123456789'), [null, 'too many integer digits']);
  assert.deepEqual(staged('amount', 'about 5'), [null, 'not a number']);
  assert.deepEqual(staged('amount', true), [null, 'not a number']);
  assert.deepEqual(staged('amount', {a: 1}), [null, 'not a number']);
});

test('a double is staged as the exact judgement of its digits', () => {
  fc.assert(
    fc.property(fc.double({noNaN: true, noDefaultInfinity: true}), value => {
      const expected = judgeDecimal(String(value), {precision: 38, scale: 10});
      const [text, error] = staged('amount', value);
      assert.equal(text, expected.fits ? expected.text : null);
      assert.equal(error !== null, !expected.fits || expected.rounded);
    }),
    {numRuns: 500},
  );
});

test('whole numbers are whole and in range, or null and named', () => {
  assert.deepEqual(staged('whole', 5), ['5', null]);
  assert.deepEqual(stagedText('whole', '5.0'), ['5', null]);
  assert.deepEqual(stagedText('whole', '9223372036854775807'), ['9223372036854775807', null]);
  assert.deepEqual(stagedText('whole', '-9223372036854775808'), ['-9223372036854775808', null]);
  assert.deepEqual(stagedText('whole', '9223372036854775808'), [null, 'out of range']);
  assert.deepEqual(stagedText('whole', '1e50'), [null, 'out of range']);
  assert.deepEqual(staged('whole', 5.5), [null, 'not a whole number']);
  assert.deepEqual(staged('whole', '17'), ['17', null]);
  assert.deepEqual(staged('whole', 'x'), [null, 'not a number']);
  assert.deepEqual(staged('whole', false), [null, 'not a number']);
  assert.deepEqual(staged('count', 2147483647), ['2147483647', null]);
  assert.deepEqual(staged('count', 2147483648), [null, 'out of range']);
  assert.deepEqual(staged('count', -2147483649), [null, 'out of range']);
  assert.deepEqual(staged('whole', -0), ['0', null]);
});

test('booleans are true and false, as such or as text', () => {
  assert.deepEqual(staged('flag', true), ['true', null]);
  assert.deepEqual(staged('flag', 'false'), ['false', null]);
  for (const other of [0, 1, 'yes', 'True', ''])
    assert.deepEqual(staged('flag', other), [null, 'neither true nor false']);
});

test('a day is a day; a time of day or an offset on it is dropped and named', () => {
  assert.deepEqual(staged('day', '2026-03-17T00:00:00'), ['2026-03-17', null]);
  assert.deepEqual(staged('day', '2026-03-17'), ['2026-03-17', null]);
  assert.deepEqual(staged('day', '2026-03-17T00:00:00.000'), ['2026-03-17', null]);
  assert.deepEqual(staged('day', '0001-01-01T00:00:00'), ['0001-01-01', null]);
  assert.deepEqual(staged('day', '9999-12-31T00:00:00'), ['9999-12-31', null]);
  assert.deepEqual(staged('day', '2026-03-17T06:30:00'), ['2026-03-17', 'time of day dropped']);
  assert.deepEqual(staged('day', '2026-03-17T00:00:00.5'), ['2026-03-17', 'time of day dropped']);
  assert.deepEqual(staged('day', '2026-03-17T00:00:00Z'), ['2026-03-17', 'offset dropped']);
  assert.deepEqual(staged('day', '2026-03-17T23:00:00+01:00'), ['2026-03-17', 'time of day dropped; offset dropped']);
  for (const none of ['2026-02-30', '0000-01-01', 'soon', '', 20260317]) {
    assert.deepEqual(staged('day', none), [null, 'not a date']);
  }
});

test('a time keeps its wall clock, in one form', () => {
  assert.deepEqual(staged('time', '2026-03-20T06:35:22.15'), ['2026-03-20T06:35:22.150', null]);
  assert.deepEqual(staged('time', '2026-03-20 06:35:22'), ['2026-03-20T06:35:22.000', null]);
  assert.deepEqual(staged('time', '2026-03-20T06:35:22.1534560'), ['2026-03-20T06:35:22.153456', null]);
  assert.deepEqual(staged('time', '2026-03-20T06:35:22.1534567'), ['2026-03-20T06:35:22.153456', 'cut to 6 decimals']);
  assert.deepEqual(staged('time', '2026-03-20T06:35:22.15+01:00'), ['2026-03-20T06:35:22.150', 'offset dropped']);
  assert.deepEqual(staged('time', '2026-02-30T06:35:22'), [null, 'not a date and time']);
  assert.deepEqual(staged('time', 5), [null, 'not a date and time']);
});

test('texts are as they came; a number or a flag is its JSON', () => {
  for (const text of ['', ' å ', 'a\u030a', '😀', 'a\0b', 'line\nbreak', 'x'.repeat(100_000)]) {
    assert.deepEqual(staged('text', text), [text, null]);
  }
  assert.deepEqual(stagedText('text', '1234.50'), ['1234.5', null]);
  assert.deepEqual(stagedText('text', '90071992547409931.25'), ['90071992547409931.25', null]);
  assert.deepEqual(staged('text', true), ['true', null]);
});

test('I23 a value in another shape than its column promises is null, named, and counted', () => {
  for (const other of [{a: [1, 'b']}, {}, [], ['x']]) assert.deepEqual(staged('text', other), [null, 'not a text']);
  for (const supplier of ['text', '', 5, true, [], [{number: '50'}]]) {
    const row = rowOf({supplier});
    assert.deepEqual([row['supplier_number'], row['supplier_address_city']], [null, null]);
    const reason = 'supplier is not an object';
    assert.deepEqual(errorsOf(row), {supplier_number: reason, supplier_address_city: reason});
  }
  const deep = rowOf({supplier: {number: '50', address: 'Storgata 1'}});
  assert.equal(deep['supplier_number'], '50');
  assert.deepEqual(errorsOf(deep), {supplier_address_city: 'supplier.address is not an object'});
  const page = shapeText(
    `[{"type":"I","number":"1","text":[],"amount":"x","invoiceLines":[{"amount":{}},{"amount":[]}]},
      {"type":"I","number":"2","text":{},"amount":0.12345678901}]`,
  );
  assert.deepEqual(Object.fromEntries(page.lost), {
    'invoice.text': 2,
    'invoice.amount': 1,
    'invoice_line.amount': 2,
  });
});

test('half of a surrogate pair is replaced and named, and _record keeps it', () => {
  const row = rowOf({text: 'a\ud83d', supplier: {number: 'whole 😀'}});
  assert.equal(row['text'], 'a\ufffd');
  assert.deepEqual(errorsOf(row), {text: 'half of a surrogate pair replaced'});
  assert.equal(row['supplier_number'], 'whole 😀');
  assert.match(row['_record'] ?? '', /"text":"a\\ud83d"/);
});

test('a wrapped value is its value', () => {
  assert.deepEqual(staged('text', {value: 'x'}), ['x', null]);
  assert.deepEqual(staged('amount', {value: 12.5}), ['12.5', null]);
  assert.deepEqual(staged('amount', {value: null}), [null, null]);
  assert.deepEqual(staged('day', {value: '2026-03-17T00:00:00'}), ['2026-03-17', null]);
  assert.deepEqual(staged('flag', {value: false}), ['false', null]);
});

test('nested objects are flattened, and a path that breaks off is null without complaint', () => {
  const row = rowOf({supplier: {number: '50', address: {city: 'Ålesund'}}});
  assert.equal(row['supplier_number'], '50');
  assert.equal(row['supplier_address_city'], 'Ålesund');
  for (const supplier of [null, {}, {address: null}, {address: {city: null}}]) {
    const broken = rowOf({supplier});
    assert.deepEqual(
      [broken['supplier_number'], broken['supplier_address_city'], broken['_errors']],
      [null, null, null],
    );
  }
});

test('no reason carries a value', () => {
  const secret = 'SECRET-4711';
  const columns = ['amount', 'rate', 'whole', 'count', 'flag', 'day', 'time'];
  const row = rowOf(Object.fromEntries(columns.map(name => [name, secret])));
  assert.deepEqual(Object.keys(errorsOf(row) ?? {}), columns);
  assert.doesNotMatch(row['_errors'] ?? '', /4711/);
});

test('a type that no business column has is refused when the shaper is made', () => {
  assert.throws(() => judgeOf(new Float64()), TypeError);
});
