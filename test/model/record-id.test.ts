import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {type Json, type JsonObject, parseExactJson} from '../../src/base/exact-json.ts';
import {keyFault, keyPart, readableParts, recordId, valueAt} from '../../src/model/record-id.ts';

const part = fc.option(
  fc.oneof(
    fc.string({unit: 'binary'}),
    fc
      .array(fc.constantFrom('%', '/', '%00', '%25', '%2F', 'a', '\ud800', '\udc00', '%ud800'))
      .map(all => all.join('')),
  ),
  {nil: null},
);

/** Any part may be absent, as far as the form of the id is concerned. */
const idOf = (parts: ReadonlyArray<string | null>): string | undefined => {
  const key = parts.map((_, at) => `p${at}`);
  const optionalKey = Object.fromEntries(key.map(name => [name, []]));
  return recordId(Object.fromEntries(parts.map((value, at) => [`p${at}`, value])), {key, optionalKey});
};

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

const typed = {key: ['type', 'customer.number'], optionalKey: {'customer.number': []}};

test('parts are escaped as the design says, and nothing is trimmed or folded', () => {
  const id = (record: JsonObject): string | undefined => recordId(record, typed);
  assert.equal(id({type: 'a/b', customer: {number: '50%'}}), 'a%2Fb/50%25');
  assert.equal(id({type: 'Invoice'}), 'Invoice/%00');
  assert.equal(id({type: 'Invoice', customer: {value: null}}), 'Invoice/%00');
  assert.equal(id({type: 'Å ', customer: {number: 7}}), 'Å /7');
  assert.notEqual(id({type: 'å'}), id({type: 'a\u030a'}));
  assert.equal(id({type: '', customer: {number: ''}}), '/');
});

test('a record whose every part is absent has no key', () => {
  const [one, two] = [{key: ['a']}, {key: ['a', 'b.c'], optionalKey: {a: [], 'b.c': []}}];
  assert.equal(recordId({}, two), undefined);
  assert.equal(recordId({a: null, b: {c: null}}, two), undefined);
  assert.equal(recordId({a: {value: null}}, one), undefined);
  assert.equal(keyFault({}, two), 'no key: a, b.c');
});

test('I23 a part of a key that every record has may not be absent', () => {
  const key = {key: ['type', 'customer.number']};
  for (const record of [{type: 'Invoice'}, {type: 'Invoice', customer: null}, {type: 'Invoice', customer: {}}]) {
    assert.equal(recordId(record, key), undefined);
    assert.equal(keyFault(record, key), 'the key lacks customer.number');
  }
  assert.equal(keyFault({type: 'Invoice', customer: {number: '1'}}, key), undefined);
});

test('I23 a part in another shape makes no key, whether it may be absent or not', () => {
  for (const customer of ['7', 7, true, [], [{number: '7'}], {number: {id: '7'}}, {number: ['7']}]) {
    for (const properties of [typed, {key: typed.key}]) {
      const record = {type: 'Invoice', customer};
      assert.equal(recordId(record, properties), undefined, JSON.stringify(customer));
      assert.equal(keyFault(record, properties), 'the key is not a single value: customer.number');
    }
  }
});

test('I23 a part that may be absent is lost if what always comes with it is there', () => {
  const key = {key: ['account', 'subaccountId'], optionalKey: {subaccountId: ['subAccountCd']}};
  assert.equal(recordId({account: '1', subAccountCd: null}, key), '1/%00');
  assert.equal(recordId({account: '1', subaccountId: '5', subAccountCd: '05'}, key), '1/5');
  assert.equal(recordId({account: '1', subAccountCd: '05'}, key), undefined);
  assert.equal(keyFault({account: '1', subAccountCd: '05'}, key), 'the key lacks subaccountId');
});

test('the parts of a key that can be read are known without the others', () => {
  const key = {key: ['branch.number', 'period', 'account']};
  assert.deepEqual(readableParts({branch: '1', period: '2026/01', account: 3000}, key), [
    undefined,
    '2026%2F01',
    '3000',
  ]);
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
