import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  canonicalNumber,
  isJsonObject,
  isRawNumber,
  type Json,
  parseExactJson,
  unwrapped,
} from '../../src/base/exact-json.ts';

/** A JSON number as text: sign, digits, decimals, exponent. */
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.bigInt({min: 1n, max: 10n ** 25n}).map(String)),
    fc.option(fc.stringMatching(/^\d{1,25}$/), {nil: undefined}),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'e-', 'E-'), fc.integer({min: 0, max: 40})), {nil: undefined}),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === undefined ? '' : `.${fraction}`, exponent ? exponent.join('') : ''].join(''),
  );

/** The value as a fraction over 10^70. */
function exactValue(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = BigInt(`${whole.replace('-', '')}${fraction}`);
  const scaled = digits * 10n ** BigInt(70 + Number(exponent) - fraction.length);
  return whole.startsWith('-') ? -scaled : scaled;
}

test('every number keeps its value, wherever it stands', () => {
  fc.assert(
    fc.property(numberText, fc.constantFrom('%', '[%]', '{"a":%}', '{"a" : %}', '[1,\n%]', ' % '), (text, frame) => {
      const parsed = parseExactJson(frame.replace('%', text));
      const written = JSON.stringify(parsed).replace(/^\{"a":|^\[1,|^\[|[\]}]$/g, '');
      assert.equal(exactValue(written), exactValue(text));
    }),
    {numRuns: 500},
  );
});

test('a number is kept as text exactly where a double would be another number, or be written with an exponent', () => {
  const raw = (text: string): boolean => isRawNumber(firstOf(text));
  assert.equal(raw('1234.7700'), false);
  assert.equal(raw('999999999999999'), false);
  assert.equal(raw('0.1'), false);
  assert.equal(raw('1E2'), false);
  assert.equal(raw('9007199254740993'), true);
  assert.equal(raw('90071992547409931.25'), true);
  assert.equal(raw('0.0000001'), true);
  assert.equal(raw('1e+21'), true);
  assert.equal(raw('1e400'), true);
});

function firstOf(text: string): Json | undefined {
  const parsed = parseExactJson(`[${text}]`);
  return Array.isArray(parsed) ? parsed[0] : undefined;
}

test('texts that look like long numbers stay texts', () => {
  const text = '{"a":"12345678901234567890","b":": 1e5, 9007199254740993","c":"2026-03-20T06:35:22.153"}';
  assert.equal(JSON.stringify(parseExactJson(text)), text);
});

test('a property called __proto__ is a property', () => {
  const parsed = parseExactJson('{"__proto__":{"a":1},"b":9007199254740993}');
  assert.equal(JSON.stringify(parsed), '{"__proto__":{"a":1},"b":9007199254740993}');
});

test('what is no JSON throws as JSON.parse does', () => {
  for (const text of ['', '01', '{"a":9007199254740993', '1e', '-', '[1.]']) {
    assert.throws(() => parseExactJson(text), SyntaxError);
  }
});

test('equal numbers have one canonical text, different ones have two', () => {
  fc.assert(
    fc.property(numberText, numberText, (one, other) => {
      assert.equal(canonicalNumber(one) === canonicalNumber(other), exactValue(one) === exactValue(other));
    }),
    {numRuns: 500},
  );
  fc.assert(
    fc.property(numberText, fc.integer({min: 0, max: 6}), (text, zeros) => {
      const [mantissa = '', exponent] = text.split(/(?=[eE])/);
      const longer = `${mantissa.includes('.') ? mantissa : `${mantissa}.`}${'0'.repeat(zeros + 1)}${exponent ?? ''}`;
      assert.equal(canonicalNumber(longer), canonicalNumber(text));
    }),
  );
});

test('zero is zero, whatever its sign and exponent', () => {
  for (const zero of ['0', '-0', '0.000', '-0e5', '0E-9']) assert.equal(canonicalNumber(zero), '0');
});

test('only a scalar alone under value is unwrapped', () => {
  assert.equal(unwrapped({value: 'x'}), 'x');
  assert.equal(unwrapped({value: null}), null);
  const raw = firstOf('9007199254740993') ?? null;
  assert.equal(unwrapped({value: raw}), raw);
  for (const kept of [{value: {}}, {value: []}, {value: 1, other: 2}, {}, 'x', null, undefined] as const) {
    assert.equal(unwrapped(kept), kept);
  }
});

test('an exact number is no object', () => {
  assert.equal(isJsonObject(firstOf('9007199254740993')), false);
  assert.equal(isJsonObject([]), false);
  assert.equal(isJsonObject(null), false);
  assert.equal(isJsonObject({}), true);
});
