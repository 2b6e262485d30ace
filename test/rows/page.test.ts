import assert from 'node:assert/strict';
import test from 'node:test';
import {Schema} from 'apache-arrow';
import {type JsonObject, parseExactJson} from '../../src/base/exact-json.ts';
import {tableName} from '../../src/model/names.ts';
import {type Child, type Resource, tablesOf} from '../../src/model/resource.ts';
import {stagingSchema} from '../../src/model/table.ts';
import {makeRowShaper, rejectBatch, rejectSchema} from '../../src/rows/rows.ts';
import {context, errorsOf, invoice, type Row, rowsOf, shapeText} from './invoice.ts';

const inner: Child = {
  property: 'parts',
  outer: {property: 'invoiceLines', number: 'lineNumber'},
  table: {name: tableName('invoice_part'), comment: 'Parts', schema: new Schema([]), ofLines: true},
};

const lineIds = (text: string): Array<string | null | undefined> =>
  rowsOf(shapeText(text).batches[1]).map(row => row['record_id']);

const digest = (text: string): string | undefined => shapeText(text).seen[0]?.hash;

test('a page makes one batch for each table, with the columns of its staging table', () => {
  for (const page of [shapeText('[]'), shapeText('[{"type":"I","number":"1","invoiceLines":[{"lineNumber":1}]}]')]) {
    assert.deepEqual(
      page.batches.map(batch => batch.table),
      tablesOf(invoice).map(table => table.name),
    );
    for (const [index, table] of tablesOf(invoice).entries()) {
      assert.deepEqual(
        page.batches[index]?.columns,
        stagingSchema(table).fields.map(field => field.name),
      );
      rowsOf(page.batches[index]);
    }
  }
});

test('a record becomes its row and its lines, each with company, load, place and stamp', () => {
  const page = shapeText(
    `[{"type":"I","number":"7","lastModifiedDateTime":"2026-03-20T06:35:22.15","metadata":{"totalCount":1},
       "text":"hello","attachments":null,
       "invoiceLines":[{"lineNumber":3,"amount":1.50},{"lineNumber":9,"amount":-2}]}]`,
    40,
  );
  const {_record, _hash, ...own}: Row = rowsOf(page.batches[0])[0] ?? {};
  const none = {amount: null, rate: null, whole: null, count: null, flag: null, day: null, time: null};
  assert.deepEqual(own, {
    company_id: 'se',
    record_id: 'I/7',
    last_modified_date_time: '2026-03-20T06:35:22.150',
    text: 'hello',
    ...none,
    supplier_number: null,
    supplier_address_city: null,
    _errors: null,
    _load_id: 'load-1',
    _place: '40',
    _absent: ',attachments,',
  });
  assert.equal(_record, '{"type":"I","number":"7","lastModifiedDateTime":"2026-03-20T06:35:22.15","text":"hello"}');
  assert.match(_hash ?? '', /^[0-9a-f]{32}$/);
  const lines = rowsOf(page.batches[1]).map(({_hash: _, ...line}) => line);
  const common = {company_id: 'se', parent_record_id: 'I/7', last_modified_date_time: '2026-03-20T06:35:22.150'};
  const ours = {_errors: null, _load_id: 'load-1', _place: '40'};
  assert.deepEqual(lines, [
    {
      ...common,
      record_id: 'I/7/3',
      position: '0',
      line_number: '3',
      amount: '1.5',
      _record: '{"lineNumber":3,"amount":1.5}',
      ...ours,
    },
    {
      ...common,
      record_id: 'I/7/9',
      position: '1',
      line_number: '9',
      amount: '-2',
      _record: '{"lineNumber":9,"amount":-2}',
      ...ours,
    },
  ]);
  assert.equal(page.batches[2]?.rows, 0);
  assert.deepEqual(page.refused, []);
  assert.deepEqual(
    page.seen.map(({hash: _, ...seen}) => seen),
    [{recordId: 'I/7', stamp: '2026-03-20T06:35:22.150', place: 40}],
  );
});

test('lines are told apart by their numbers, and by position where those repeat or are absent in their set', () => {
  const record = (number: string, lines: string): string =>
    `{"type":"I","number":"${number}","invoiceLines":[${lines}]}`;
  assert.deepEqual(lineIds(`[${record('1', '{"lineNumber":10},{"lineNumber":20}')}]`), ['I/1/10', 'I/1/20']);
  assert.deepEqual(lineIds(`[${record('1', '{"lineNumber":10},{"lineNumber":10}')}]`), ['I/1/0', 'I/1/1']);
  assert.deepEqual(lineIds(`[${record('1', '{"lineNumber":10},{}')}]`), ['I/1/0', 'I/1/1']);
  assert.deepEqual(lineIds(`[${record('1', '{"lineNumber":10},{"lineNumber":null}')}]`), ['I/1/0', 'I/1/1']);
  const both = `[${record('1', '{"lineNumber":5},{"lineNumber":5}')},${record('2', '{"lineNumber":5}')}]`;
  assert.deepEqual(lineIds(both), ['I/1/0', 'I/1/1', 'I/2/5'], 'one set does not touch another');
});

test('lines without numbers are told apart by their position', () => {
  const page = shapeText('[{"type":"I","number":"1","attachments":[{"name":"a"},{"name":"a"}]}]');
  assert.deepEqual(
    rowsOf(page.batches[2]).map(row => [row['record_id'], row['position']]),
    [
      ['I/1/0', '0'],
      ['I/1/1', '1'],
    ],
  );
});

test('a line knows the place of its record, and the place runs on over pages', () => {
  const page = shapeText(
    '[{"type":"I","number":"1","invoiceLines":[{}]},{"type":"I","number":"2","invoiceLines":[{},{}]}]',
    1000,
  );
  assert.deepEqual(
    rowsOf(page.batches[1]).map(row => row['_place']),
    ['1000', '1001', '1001'],
  );
});

test('arrays inside lines stay in the record of the line', () => {
  const page = shapeText('[{"type":"I","number":"1","invoiceLines":[{"lineNumber":1,"attachments":[{"name":"x"}]}]}]');
  assert.equal(rowsOf(page.batches[1])[0]?.['_record'], '{"lineNumber":1,"attachments":[{"name":"x"}]}');
  assert.equal(page.batches[2]?.rows, 0);
});

test('what is no object or has no key is refused with its place, and the others keep theirs', () => {
  const page = shapeText('[5,{"type":"I","number":"1"},{"text":"no key"},null,{"type":"I","number":"2"}]', 10);
  assert.deepEqual(page.refused, [
    {place: 10, reason: 'not an object', record: '5'},
    {place: 12, reason: 'no key: type, number', record: '{"text":"no key"}'},
    {place: 13, reason: 'not an object', record: 'null'},
  ]);
  assert.deepEqual(
    page.seen.map(seen => seen.place),
    [11, 14],
  );
  assert.deepEqual(
    rowsOf(page.batches[0]).map(row => [row['record_id'], row['_place']]),
    [
      ['I/1', '11'],
      ['I/2', '14'],
    ],
  );
});

test('an item that is no object is refused, its neighbours keep their positions, and the record keeps its row', () => {
  const page = shapeText('[{"type":"I","number":"1","attachments":["loose",{"name":"a"},null]}]', 3);
  assert.deepEqual(
    rowsOf(page.batches[2]).map(row => [row['record_id'], row['position']]),
    [['I/1/1', '1']],
  );
  const reason = 'attachments holds an item that is not an object';
  assert.deepEqual(page.refused, [
    {place: 3, reason, record: '"loose"'},
    {place: 3, reason, record: 'null'},
  ]);
  assert.equal(page.seen.length, 1);
});

test('a stamp that is none is named and leaves the record in', () => {
  const page = shapeText('[{"type":"I","number":"1","lastModifiedDateTime":"2026-02-30T00:00:00"}]');
  const row = rowsOf(page.batches[0])[0] ?? {};
  assert.equal(row['last_modified_date_time'], null);
  assert.deepEqual(errorsOf(row), {last_modified_date_time: 'not a date and time'});
  assert.deepEqual(Object.keys(page.seen[0] ?? {}), ['recordId', 'hash', 'place']);
});

test('a resource without a stamp has none', () => {
  const {stamp: _, ...unstamped} = invoice;
  const page = makeRowShaper({...context, resource: unstamped})(
    [{type: 'I', number: '1', lastModifiedDateTime: '2026-01-01'}],
    0,
  );
  assert.equal(rowsOf(page.batches[0])[0]?.['last_modified_date_time'], null);
  assert.equal(page.seen[0]?.stamp, undefined);
});

test('a digest covers key, content and lines in order, and no stamp', () => {
  const record = (rest: string, key = '1'): string => `[{"type":"I","number":"${key}","text":"x"${rest}}]`;
  const plain = digest(record(',"invoiceLines":[{"lineNumber":1},{"lineNumber":2}],"attachments":[]'));
  assert.match(plain ?? '', /^[0-9a-f]{32}$/);
  const same = [
    ',"attachments":[],"invoiceLines":[{"lineNumber":1},{"lineNumber":2}]',
    ',"invoiceLines":[{"lineNumber":1},{"lineNumber":2}],"attachments":[],"lastModifiedDateTime":"2026-01-01"',
    ',"invoiceLines":[{"lineNumber":1.0,"timeStamp":"B"},{"lineNumber":2}],"attachments":[],"metadata":{}',
  ];
  for (const rest of same) assert.equal(digest(record(rest)), plain, rest);
  const different = [
    '',
    ',"invoiceLines":[{"lineNumber":1},{"lineNumber":2}]',
    ',"invoiceLines":[],"attachments":[]',
    ',"attachments":[]',
    ',"invoiceLines":[{"lineNumber":2},{"lineNumber":1}]',
    ',"invoiceLines":[{"lineNumber":1}]',
    ',"invoiceLines":[{"lineNumber":1},{"lineNumber":2,"amount":1}]',
    ',"attachments":[{"lineNumber":1},{"lineNumber":2}]',
    ',"invoiceLines":[{"lineNumber":1},{"lineNumber":2}],"text":"y"',
  ];
  const digests = [plain, ...different.map(rest => digest(record(rest)))];
  digests.push(digest(record(',"invoiceLines":[{"lineNumber":1},{"lineNumber":2}],"attachments":[]', '2')));
  assert.equal(new Set(digests).size, digests.length);
});

test('I23 an array that is absent, or another shape, or holds what is no object, is told from an empty one', () => {
  const absent = (rest: string): [string | null | undefined, Record<string, number>] => {
    const page = shapeText(`[{"type":"I","number":"1"${rest}}]`);
    return [rowsOf(page.batches[0])[0]?.['_absent'], Object.fromEntries(page.absent)];
  };
  const lines = ',"invoiceLines":[]';
  assert.deepEqual(absent(`${lines},"attachments":[]`), [null, {invoiceLines: 0, attachments: 0}]);
  assert.deepEqual(absent(''), [',invoiceLines,attachments,', {invoiceLines: 1, attachments: 1}]);
  for (const other of ['null', '"x"', '5', '{}', '{"name":"a"}', '[null]', '[{"name":"a"},"b"]']) {
    assert.deepEqual(
      absent(`${lines},"attachments":${other}`),
      [',attachments,', {invoiceLines: 0, attachments: 1}],
      other,
    );
  }
});

test('I23 of an array inside another one, a single object without it makes it unknown', () => {
  const nested: Resource = {...invoice, children: [...invoice.children.slice(0, 1), inner]};
  const absent = (lines: string): string | null | undefined => {
    const records = JSON.parse(`[{"type":"I","number":"1","invoiceLines":${lines}}]`);
    const page = makeRowShaper({...context, resource: nested})(records, 0);
    return rowsOf(page.batches[0])[0]?.['_absent'];
  };
  assert.equal(absent('[{"lineNumber":1,"parts":[{}]},{"lineNumber":2,"parts":[]}]'), null);
  assert.equal(absent('[]'), null);
  assert.equal(absent('[{"lineNumber":1,"parts":[{}]},{"lineNumber":2}]'), ',invoiceLines.parts,');
  assert.equal(absent('null'), ',invoiceLines,invoiceLines.parts,');
});

test('refusals become rows of the reject table', () => {
  const page = shapeText('[5,{"text":"no key"}]', 7);
  const batch = rejectBatch(page.refused, context);
  assert.deepEqual(
    batch.columns,
    rejectSchema.fields.map(field => field.name),
  );
  const common = {company_id: 'se', resource: 'invoice', load_id: 'load-1'};
  assert.deepEqual(rowsOf(batch), [
    {...common, place: '7', reason: 'not an object', record: '5'},
    {...common, place: '8', reason: 'no key: type, number', record: '{"text":"no key"}'},
  ]);
});

test('the records received are left as they were', () => {
  const text =
    '[{"type":"I","number":"1","metadata":{"a":1},"invoiceLines":[{"lineNumber":1,"metadata":{}}],"amount":1e400}]';
  const records = parseExactJson(text);
  assert.ok(Array.isArray(records));
  makeRowShaper(context)(records, 0);
  assert.equal(JSON.stringify(records), text);
});

test('a record that is nested without end is told as what it is, and as no defect of ours', () => {
  const depth = 100_000;
  const nested = `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`;
  const record = parseExactJson(`{"type":"Invoice","number":"1","odd":${nested}}`) as JsonObject;
  assert.throws(() => makeRowShaper(context)([record], 0), {kind: 'protocol'});
});
