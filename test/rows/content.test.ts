import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {isRawNumber, type Json, type JsonObject, parseExactJson} from '../../src/base/exact-json.ts';
import {Content} from '../../src/rows/content.ts';
import {rowOf, rowsOf, shapeText} from './invoice.ts';

const content = (value: JsonObject, withheld: readonly string[] = []) => new Content(withheld).of(value);
const hashOf = (value: JsonObject): string => content(value).hash;
const blind = ['lastModifiedDateTime', 'lastModified', 'timeStamp', 'metadata', 'errorInfo'];

function parsed(text: string): JsonObject {
  const value = parseExactJson(text);
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value));
  return value as JsonObject;
}

const json = fc.letrec<{value: Json; object: JsonObject}>(tie => ({
  value: fc.oneof(
    {maxDepth: 4},
    fc.constantFrom(null, true, false, '', '0', 'null', 'true', '[0]', 0, 1, -1, 0.1, 1e21, 1e-7),
    fc.string({unit: 'binary', maxLength: 4}),
    fc.double({noNaN: true, noDefaultInfinity: true}),
    fc.array(tie('value'), {maxLength: 3}),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.oneof(fc.constantFrom('a', 'b', 'kept', ...blind), fc.string({maxLength: 3})),
    tie('value'),
    {maxKeys: 5},
  ),
}));

/** What a hash may see of a value, with names in order. */
function essence(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map(item => essence(item) ?? null);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const kept = Object.entries(value).filter(([name]) => !blind.includes(name));
  return Object.fromEntries(
    kept.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [`.${name}`, essence(inner)]),
  );
}

test('two objects have one hash exactly where their contents are one', () => {
  const one = new Content([]);
  fc.assert(
    fc.property(json.object, json.object, (some, other) => {
      const same = JSON.stringify(essence(some)) === JSON.stringify(essence(other));
      assert.equal(one.of(some).hash === one.of(other).hash, same);
    }),
    {numRuns: 2000},
  );
});

test('the hash does not depend on what was hashed before', () => {
  const used = new Content([]);
  fc.assert(
    fc.property(json.object, value => {
      assert.equal(used.of(value).hash, new Content([]).of(value).hash);
    }),
  );
});

test('the order of names does not matter, at any depth', () => {
  fc.assert(
    fc.property(json.object, value => {
      assert.equal(hashOf(turned(value) as JsonObject), hashOf(value));
    }),
  );
});

function turned(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map(item => turned(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, turned(inner)]),
  );
}

test('a re-stamp is not a change, at any depth', () => {
  const before = parsed(
    '{"a":1,"timeStamp":"AAA=","lines":[{"lastModified":"x","n":1}],"b":{"errorInfo":null,"metadata":{}}}',
  );
  const after = parsed('{"lastModifiedDateTime":"2026-01-01","a":1,"lines":[{"n":1,"timeStamp":"B"}],"b":{}}');
  assert.equal(hashOf(after), hashOf(before));
  assert.notEqual(hashOf({...before, a: 2}), hashOf(before));
});

test('equal numbers have one hash however they are written', () => {
  const same = [
    ['1234.7700', '1234.77'],
    ['1e2', '100'],
    ['-0.0', '0'],
    ['1e21', '1000000000000000000000'],
    ['0.00000010', '1e-7'],
    ['90071992547409931.250', '90071992547409931.25'],
  ] as const;
  for (const [one, other] of same) assert.equal(hashOf(parsed(`{"a":${one}}`)), hashOf(parsed(`{"a":${other}}`)), one);
  assert.equal(hashOf({a: 1e21}), hashOf(parsed('{"a":1e21}')), 'a double that was not parsed here');
  assert.notEqual(hashOf(parsed('{"a":9007199254740993}')), hashOf(parsed('{"a":9007199254740992}')));
  assert.notEqual(hashOf(parsed('{"a":1}')), hashOf(parsed('{"a":"1"}')));
});

test('null and absent are two contents', () => {
  assert.notEqual(hashOf({a: null}), hashOf({}));
});

test('_record is the JSON as received, digits exact, names in their order', () => {
  const text = '{"z":1.5,"a":90071992547409931.25,"n":null,"o":{"b":[{"x":0.0000001}],"__proto__":{"q":1}}}';
  assert.equal(content(parsed(text)).text, text);
});

test('metadata is dropped wherever it stands, and the record received is left as it was', () => {
  const record = parsed(
    '{"metadata":{"totalCount":9},"a":{"metadata":1,"b":2},"c":[{"metadata":{"x":[]},"d":{"metadata":null}},7]}',
  );
  const before = JSON.stringify(record);
  assert.equal(content(record).text, '{"a":{"b":2},"c":[{"d":{}},7]}');
  assert.equal(JSON.stringify(record), before);
});

test('_record is any JSON without metadata, to the letter', () => {
  fc.assert(
    fc.property(json.object, value => {
      const dropped = JSON.stringify(value, (name, inner) => (name === 'metadata' ? undefined : inner));
      assert.equal(content(value).text, dropped);
    }),
  );
});

test('an array that has a table is no content of the record: null, absent, empty and full are one', () => {
  const forms: JsonObject[] = [{a: 1}, {a: 1, lines: null}, {lines: [], a: 1}, {lines: [{n: 1}], a: 1}];
  const contents = forms.map(form => content(form, ['lines']));
  assert.deepEqual(new Set(contents.map(({hash}) => hash)).size, 1);
  assert.deepEqual(new Set(contents.map(({text}) => text)), new Set(['{"a":1}']));
  const nested = content({a: 1, b: {lines: [1]}}, ['lines']);
  assert.equal(nested.text, '{"a":1,"b":{"lines":[1]}}', 'an array of that name further down is content');
  assert.notEqual(nested.hash, content({a: 1, b: {lines: []}}, ['lines']).hash);
});

test('what stands in place of an array is kept, named and hashed', () => {
  const kept = content({a: 1, lines: {metadata: 1, n: 1}}, ['lines']);
  assert.equal(kept.text, '{"a":1,"lines":{"n":1}}');
  assert.notEqual(kept.hash, content({a: 1, lines: {n: 2}}, ['lines']).hash);
  assert.notEqual(kept.hash, content({a: 1}, ['lines']).hash);
  const row = rowOf({invoiceLines: 'none'});
  assert.deepEqual(JSON.parse(row['_errors'] ?? ''), {invoiceLines: 'not an array'});
  assert.match(row['_record'] ?? '', /"invoiceLines":"none"/);
});

test('the hash covers what the columns lose', () => {
  const [one, other] = rowsOf(
    shapeText('[{"type":"I","number":"1","amount":0.00000000001},{"type":"I","number":"2","amount":0.00000000002}]')
      .batches[0],
  );
  assert.equal(one?.['amount'], '0');
  assert.equal(other?.['amount'], '0');
  assert.match(one?.['_record'] ?? '', /0\.00000000001/);
  assert.match(one?.['_hash'] ?? '', /^[0-9a-f]{32}$/);
});
