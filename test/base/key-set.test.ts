import assert from 'node:assert/strict';
import {test} from 'node:test';
import fc from 'fast-check';
import {KeySet} from '../../src/base/key-set.ts';

test('a key set says of each text once that it is new, like a set', () => {
  fc.assert(
    fc.property(fc.array(fc.string({unit: 'binary', maxLength: 4})), texts => {
      const keys = new KeySet();
      const plain = new Set<string>();
      for (const text of texts) {
        assert.equal(keys.has(text), plain.has(text));
        assert.equal(keys.add(text), !plain.has(text));
        plain.add(text);
      }
      assert.equal(keys.size, plain.size);
    }),
  );
});

test('a key set keeps what it holds while it grows', () => {
  const keys = new KeySet();
  for (let index = 0; index < 50_000; index++) keys.add(String(index));
  assert.equal(keys.size, 50_000);
  for (let index = 0; index < 50_000; index++) assert.ok(keys.has(String(index)));
  assert.equal(keys.has('50000'), false);
});

test('a key set tells apart what differs by case, a trailing space, the form of an å, or half a surrogate pair', () => {
  const keys = new KeySet();
  for (const text of ['a', 'A', 'a ', '\u00e5', 'a\u030a', '\ud800', '\ud801', '']) assert.ok(keys.add(text), text);
});

test('a set is the same again from its bytes, wherever these lie in memory', () => {
  const set = new KeySet();
  for (let key = 0; key < 100; key++) set.add(`key ${key}`);
  const whole = Buffer.concat([Buffer.from('before'), set.toBytes(), Buffer.from('behind')]);
  const again = KeySet.fromBytes(whole.subarray(6, whole.length - 6));
  assert.equal(again.size, 100);
  for (let key = 0; key < 100; key++) assert.ok(again.has(`key ${key}`));
  assert.ok(!again.has('key 100'));
});

/** Of words that are as good as chance among 2^32, how many come again. */
function repeatsIn(words: readonly number[]): number {
  return words.length - new Set(words).size;
}

test('the hashes of keys as books have them are spread as chance would have them, each half and both together', () => {
  const count = 200_000;
  const kinds: ReadonlyArray<(index: number) => string> = [
    index => String(100_000 + index),
    index => `Invoice/${String(index).padStart(9, '0')}`,
    index => `1/2024${10 + (index % 3)}/3041/30-${index % 997}/${index}`,
  ];
  for (const keyOf of kinds) {
    const keys = new KeySet();
    for (let index = 0; index < count; index++) assert.ok(keys.add(keyOf(index)));
    const words = new Uint32Array(keys.toBytes().buffer);
    const halves = Array.from(
      {length: count},
      (_, index) => [words[index * 2] ?? 0, words[index * 2 + 1] ?? 0] as const,
    );
    // Chance makes some five repeats of so many; a hash that is none makes thousands.
    assert.ok(repeatsIn(halves.map(([low]) => low)) < 20);
    assert.ok(repeatsIn(halves.map(([, high]) => high)) < 20);
    assert.ok(repeatsIn(halves.map(([low, high]) => ((low & 0xffff) | (high << 16)) >>> 0)) < 20);
  }
});
