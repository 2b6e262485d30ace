import assert from 'node:assert/strict';
import {createHmac} from 'node:crypto';
import test from 'node:test';
import {Schema} from 'apache-arrow';
import {type Json, parseExactJson} from '../../src/base/exact-json.ts';
import {Secret} from '../../src/base/secret.ts';
import * as types from '../../src/model/column.ts';
import {tableName} from '../../src/model/names.ts';
import {type PrivacyRule, protectedColumns} from '../../src/model/privacy.ts';
import type {Child, Resource} from '../../src/model/resource.ts';
import {makeRowShaper, protectorOf} from '../../src/rows/rows.ts';
import {context, errorsOf, invoice, rowsOf} from './invoice.ts';

const salt = new Secret('a salt of the tests, long enough');
const hashOf = (text: string): string => createHmac('sha256', salt.reveal()).update(text).digest('hex');

const column = (name: string, path: string, type = types.text as Parameters<typeof types.column>[1]) =>
  types.column(name, type, {path, comment: name});

const child = (property: string, columns: ReturnType<typeof column>[], more: Partial<Child> = {}): Child => ({
  property,
  table: {name: tableName(`person_${property}`), comment: '', schema: new Schema(columns), ofLines: true},
  ...more,
});

/** Objects in an object, lines, segments that are columns too, and an array inside another's objects. */
const person: Resource = {
  ...invoice,
  key: ['id'],
  table: {
    ...invoice.table,
    name: tableName('person'),
    schema: new Schema([
      column('id', 'id'),
      column('name', 'name'),
      column('age', 'age', types.whole),
      column('contact_email', 'contact.email'),
      column('contact_address_city', 'contact.address.city'),
      column('segment_1', 'segments[segmentId=1].segmentValue'),
      column('segment_2', 'segments[segmentId=2].segmentValue'),
    ]),
  },
  children: [
    child('lines', [column('iban', 'iban'), column('holder_name', 'holder.name')]),
    child('segments', [column('segment_value', 'segmentValue')]),
    child('values', [column('value', 'text')], {outer: {property: 'groups', number: 'no'}}),
  ],
};

/** What becomes of a record, given as text, under these rules by `column` or `table.column`. */
function protect(rules: Readonly<Record<string, PrivacyRule>>, text: string, key: Secret | undefined = salt): Json {
  const configured = Object.entries(rules).map(([name, rule]) => {
    const [table, column] = name.includes('.') ? name.split('.') : ['person', name];
    return {resource: person.name, table: tableName(table ?? ''), column: column ?? '', rule};
  });
  const columns = protectedColumns(person, {rules: configured, ...(key && {salt: key})});
  const protector = protectorOf(columns, key);
  assert.ok(protector);
  const received = parseExactJson(text);
  const before = JSON.stringify(received);
  const safe = protector(received);
  assert.equal(JSON.stringify(received), before, 'what was received stays as it is');
  return JSON.parse(JSON.stringify(safe)) as Json;
}

test('a dropped property vanishes, a hashed one is HMAC-SHA256 of its text, the others stay in their order', () => {
  const text = '{"id":"1","name":"Anna","contact":{"email":"a@x.se","address":{"city":"Oslo","zip":"1"}},"age":30}';
  const safe = protect({contact_email: 'hash', contact_address_city: 'drop', name: 'drop'}, text);
  assert.equal(
    JSON.stringify(safe),
    `{"id":"1","contact":{"email":"${hashOf('a@x.se')}","address":{"zip":"1"}},"age":30}`,
  );
  assert.match(hashOf('a@x.se'), /^[0-9a-f]{64}$/);
});

test('null and absent stay so; a text that is empty is hashed as it is', () => {
  assert.deepEqual(protect({name: 'hash'}, '{"id":"1","name":null}'), {id: '1', name: null});
  assert.deepEqual(protect({name: 'hash', contact_email: 'drop'}, '{"id":"1","contact":null}'), {
    id: '1',
    contact: null,
  });
  assert.deepEqual(protect({name: 'hash'}, '{"id":"1","name":""}'), {id: '1', name: hashOf('')});
});

test('a number hashes its exact text, and so do a flag and a wrapped value', () => {
  const hashed = (text: string): Json => protect({name: 'hash'}, `{"id":"1","name":${text}}`);
  assert.deepEqual(hashed('12345678901234567890.12345'), {id: '1', name: hashOf('12345678901234567890.12345')});
  assert.deepEqual(hashed('4711'), {id: '1', name: hashOf('4711')});
  assert.deepEqual(hashed('true'), {id: '1', name: hashOf('true')});
  assert.deepEqual(hashed('{"value":"Anna"}'), {id: '1', name: hashOf('Anna')});
});

test('lines, the objects of arrays inside others, and one value that several columns show', () => {
  const text = `{"id":"1","lines":[{"iban":"SE1","holder":{"name":"A"}},{"iban":null}],
    "groups":[{"no":1,"values":[{"text":"x","more":1}]},{"no":2,"values":null}],
    "segments":[{"segmentId":1,"segmentValue":"a"},{"segmentId":2,"segmentValue":"b"}]}`;
  const rules = {
    'person_lines.iban': 'hash',
    'person_lines.holder_name': 'drop',
    'person_values.value': 'drop',
  } as const;
  assert.deepEqual(protect({...rules, segment_1: 'hash'}, text), {
    id: '1',
    lines: [{iban: hashOf('SE1'), holder: {}}, {iban: null}],
    groups: [
      {no: 1, values: [{more: 1}]},
      {no: 2, values: null},
    ],
    segments: [
      {segmentId: 1, segmentValue: hashOf('a')},
      {segmentId: 2, segmentValue: hashOf('b')},
    ],
  });
  assert.deepEqual(
    protect({segment_1: 'hash', 'person_segments.segment_value': 'drop'}, text),
    protect({segment_2: 'drop'}, text),
    'the strictest rule holds for all of them',
  );
});

test('I16 what stands at a protected path in another form than expected is dropped whole', () => {
  const rules = {contact_email: 'hash', contact_address_city: 'drop', 'person_lines.iban': 'hash'} as const;
  for (const odd of [
    '{"id":"1","contact":"anna@x.se"}',
    '{"id":"1","contact":["anna@x.se"]}',
    '{"id":"1","contact":42}',
    '{"id":"1","lines":{"iban":"anna@x.se"}}',
    '{"id":"1","lines":"anna@x.se"}',
  ]) {
    assert.deepEqual(protect(rules, odd), {id: '1'}, odd);
  }
  assert.deepEqual(protect(rules, '{"id":"1","contact":{"email":{"work":"anna@x.se"},"address":["anna"]}}'), {
    id: '1',
    contact: {},
  });
  assert.deepEqual(
    protect(rules, '{"id":"1","lines":["anna@x.se",{"iban":null},["anna@x.se"],null]}'),
    {id: '1', lines: [null, {iban: null}, null, null]},
    'an item keeps its place',
  );
  assert.equal(protect(rules, '"anna@x.se"'), null);
  assert.equal(protect(rules, '["anna@x.se"]'), null);
});

test('without a salt what was to be hashed is dropped', () => {
  const columns = protectedColumns(person, {
    rules: [{resource: person.name, table: tableName('person'), column: 'name', rule: 'hash'}],
  });
  assert.deepEqual(protectorOf(columns, undefined)?.({id: '1', name: 'Anna'}), {id: '1'});
});

test('where nothing is protected there is nothing to do', () => {
  assert.equal(protectorOf([], salt), undefined);
});

const rules = [
  {resource: invoice.name, table: tableName('invoice'), column: 'text', rule: 'hash' as const},
  {resource: invoice.name, table: tableName('invoice'), column: 'supplier_address_city', rule: 'drop' as const},
  {resource: invoice.name, table: tableName('invoice_attachment'), column: 'name', rule: 'drop' as const},
];
const protector = protectorOf(protectedColumns(invoice, {rules, salt}), salt);

function shape(records: string) {
  const received = parseExactJson(records);
  assert.ok(Array.isArray(received) && protector);
  return makeRowShaper({...context, protect: protector})(received, 0);
}

test('columns, _record, _hash and digests are made of what may be written', () => {
  const [one, other] = ['Oslo', 'Bergen'].map(city =>
    shape(
      `[{"type":"I","number":"1","text":"Anna","supplier":{"number":"7","address":{"city":"${city}"}},
         "attachments":[{"name":"${city}.pdf","id":"a"}]}]`,
    ),
  );
  const [row] = rowsOf(one?.batches[0]);
  assert.ok(row && one);
  assert.equal(row['text'], hashOf('Anna'));
  assert.equal(row['supplier_address_city'], null);
  assert.equal(row['supplier_number'], '7');
  assert.equal(
    row['_record'],
    `{"type":"I","number":"1","text":"${hashOf('Anna')}","supplier":{"number":"7","address":{}}}`,
  );
  assert.equal(errorsOf(row), null);
  assert.deepEqual(
    rowsOf(one.batches[2]).map(line => [line['name'], line['_record']]),
    [[null, '{"id":"a"}']],
  );
  assert.deepEqual(one.seen, other?.seen, 'what is dropped makes no difference');
  assert.deepEqual(rowsOf(one.batches[0]), rowsOf(other?.batches[0]));
  assert.doesNotMatch(JSON.stringify(one), /Oslo|Anna/);
});

test('what is refused is refused without what is protected', () => {
  const page = shape('[{"text":"Anna"},"Anna",{"type":"I","number":"1","attachments":["Anna",{"name":"Anna"}]}]');
  assert.deepEqual(
    page.refused.map(({place, record}) => [place, record]),
    [
      [0, `{"text":"${hashOf('Anna')}"}`],
      [1, 'null'],
      [2, 'null'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(page), /Anna/);
});
