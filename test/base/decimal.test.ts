import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {judgeDecimal, numberText} from '../../src/base/decimal.ts';
import {parseExactJson} from '../../src/base/exact-json.ts';

const amount = {precision: 38, scale: 10};

/** Half-up over integers alone: the number times 10^scale, rounded away from zero at the half. */
function roundedByBigInt({sign, digits, exponent}: {sign: bigint; digits: bigint; exponent: number}, scale: number) {
  const shift = exponent + scale;
  if (shift >= 0) return {scaled: sign * digits * 10n ** BigInt(shift), lost: false};
  const divisor = 10n ** BigInt(-shift);
  const up = (digits % divisor) * 2n >= divisor ? 1n : 0n;
  return {scaled: sign * (digits / divisor + up), lost: digits % divisor !== 0n};
}

function scaledOf(text: string, scale: number): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const scaled = BigInt(whole + fraction.padEnd(scale, '0'));
  return text.startsWith('-') ? -scaled : scaled;
}

const number = fc.record({
  sign: fc.constantFrom(1n, -1n),
  digits: fc.oneof(fc.bigInt({min: 0n, max: 10n ** 45n}), fc.bigInt({min: 0n, max: 1000n})),
  exponent: fc.integer({min: -60, max: 40}),
});

test('a number is rounded, or found too wide, as integer arithmetic does', () => {
  const type = fc
    .integer({min: 0, max: 38})
    .chain(scale => fc.record({scale: fc.constant(scale), precision: fc.integer({min: Math.max(1, scale), max: 38})}));
  fc.assert(
    fc.property(number, type, (parts, decimal) => {
      const text = `${parts.sign < 0n ? '-' : ''}${parts.digits}e${parts.exponent}`;
      const {scaled, lost} = roundedByBigInt(parts, decimal.scale);
      const size = scaled < 0n ? -scaled : scaled;
      const judged = judgeDecimal(text, decimal);
      assert.equal(judged.fits, size < 10n ** BigInt(decimal.precision));
      if (!judged.fits) return;
      assert.equal(scaledOf(judged.text, decimal.scale), scaled);
      assert.equal(judged.rounded, lost);
      assert.match(judged.text, /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/);
    }),
    {numRuns: 2000},
  );
});

test('a number written plainly is judged as the same number with an exponent', () => {
  fc.assert(
    fc.property(fc.bigInt({min: 0n, max: 10n ** 30n}), fc.stringMatching(/^\d{0,20}$/), (whole, fraction) => {
      const plain = fraction === '' ? `${whole}` : `${whole}.${fraction}`;
      const moved = `${whole}${fraction}e-${fraction.length}`;
      assert.deepEqual(judgeDecimal(plain, amount), judgeDecimal(moved, amount));
    }),
  );
});

test('money comes out as it went in', () => {
  const exact = (text: string): unknown => judgeDecimal(text, amount);
  assert.deepEqual(exact('1234.7700'), {fits: true, text: '1234.77', rounded: false});
  assert.deepEqual(exact('90071992547409931.25'), {fits: true, text: '90071992547409931.25', rounded: false});
  assert.deepEqual(exact('-0.00'), {fits: true, text: '0', rounded: false});
  assert.deepEqual(exact('-0.00000000001'), {fits: true, text: '0', rounded: true});
  assert.deepEqual(exact('0.00000000005'), {fits: true, text: '0.0000000001', rounded: true});
  assert.deepEqual(exact('-2.50000000005'), {fits: true, text: '-2.5000000001', rounded: true});
  assert.deepEqual(exact('9999999999999999999999999999.99999999995'), {fits: false, why: 'too many integer digits'});
  assert.deepEqual(exact('1e999999999'), {fits: false, why: 'too many integer digits'});
  assert.deepEqual(exact('0e999999999'), {fits: true, text: '0', rounded: false});
  assert.deepEqual(exact('1e-999999999'), {fits: true, text: '0', rounded: true});
});

test('what is no number does not fit', () => {
  for (const text of ['', '.', '-', '1,5', ' 1', '1 ', '0x10', 'NaN', 'Infinity', '1e', '1 000', '--1', '١']) {
    assert.deepEqual(judgeDecimal(text, amount), {fits: false, why: 'not a number'}, text);
  }
});

test('numbers, exact numbers and texts have a number text, nothing else has', () => {
  assert.equal(numberText(5), '5');
  assert.equal(numberText(parseExactJson('90071992547409931.25')), '90071992547409931.25');
  assert.equal(numberText('5.0'), '5.0');
  for (const other of [null, undefined, true, {}, []]) assert.equal(numberText(other), undefined);
});
