import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {type Json, type JsonObject, parseExactJson} from '../../src/base/exact-json.ts';
import {keyPart, recordId, valueAt} from '../../src/model/record-id.ts';

const part = fc.option(
  fc.oneof(
    fc.string({unit: 'binary'}),
    fc
      .array(fc.constantFrom('%', '/', '%00', '%25', '%2F', 'a', '\ud800', '\udc00', '%ud800'))
      .map(all => all.join('')),
  ),
  {nil: null},
);

const idOf = (parts: ReadonlyArray<string | null>): string | undefined =>
  recordId(
    Object.fromEntries(parts.map((value, at) => [`p${at}`, value])),
    parts.map((_, at) => `p${at}`),
  );

test('different keys have different ids', () => {
  const keys = fc.integer({min: 1, max: 4}).chain(size => {
    const key = fc.array(part, {minLength: size, maxLength: size}).filter(parts => parts.some(value => value !== null));
    return fc.tuple(key, key);
  });
  fc.assert(
    fc.property(keys, ([one, other]) => {
      assert.equal(idOf(one) === idOf(other), JSON.stringify(one) === JSON.stringify(other));
    }),
    {numRuns: 2000},
  );
});

test('an id is text that UTF-8 can carry', () => {
  fc.assert(fc.property(part, value => assert.ok(keyPart(value).isWellFormed())));
  assert.notEqual(keyPart('\ud800'), keyPart('\ud801'));
});

test('parts are escaped as the design says, and nothing is trimmed or folded', () => {
  const id = (record: JsonObject): string | undefined => recordId(record, ['type', 'customer.number']);
  assert.equal(id({type: 'a/b', customer: {number: '50%'}}), 'a%2Fb/50%25');
  assert.equal(id({type: 'Invoice'}), 'Invoice/%00');
  assert.equal(id({type: 'Å ', customer: {number: 7}}), 'Å /7');
  assert.notEqual(id({type: 'å'}), id({type: 'a\u030a'}));
  assert.equal(id({type: '', customer: {number: ''}}), '/');
});

test('a record whose every part is absent has no key', () => {
  assert.equal(recordId({}, ['a', 'b.c']), undefined);
  assert.equal(recordId({a: null, b: {c: null}}, ['a', 'b.c']), undefined);
  assert.equal(recordId({a: {value: null}}, ['a']), undefined);
});

test('a part may be wrapped, a long number, or an object, and stays itself', () => {
  const long = parseExactJson('[12345678901234567890]');
  const parts: Json[] = [{value: 'x'}, (Array.isArray(long) && long[0]) || null, true, {id: 1}, {id: 2}];
  assert.deepEqual(parts.map(keyPart), ['x', '12345678901234567890', 'true', '{"id":1}', '{"id":2}']);
});

test('a path that breaks off leads nowhere', () => {
  const record = {a: {b: 1}, c: [1], d: 'text', e: null};
  assert.equal(valueAt(record, ['a', 'b']), 1);
  for (const path of [
    ['a', 'x'],
    ['c', '0'],
    ['d', 'length'],
    ['e', 'f'],
    ['x', 'y', 'z'],
  ]) {
    assert.equal(valueAt(record, path), undefined, path.join('.'));
  }
});
