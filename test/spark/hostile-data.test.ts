import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import fc from 'fast-check';
import {type JsonObject, parseExactJson} from '../../src/base/exact-json.ts';
import {quoteIdentifier, quoteLiteral} from '../../src/base/quoting.ts';
import {invoice, linesOf} from '../warehouse/resources.ts';
import {commit, land, warehouseOn} from '../warehouse/workspace.ts';
import {Both} from './both.ts';

/* What a person or an API can put into texts, names and numbers: it stays what it is, on both engines. */
let both: Both;
before(async () => {
  both = await Both.open();
});
after(() => both.close());

const seed = Number(process.env['SPARK_SEED'] ?? 20_260_301);

const pieces = [
  "'",
  '\\',
  '"',
  '`',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u001a',
  '--',
  '/*',
  '*/',
  ';',
  ':owner',
  '${',
  'x}',
  '%',
  '_',
];
const more = ['u0041', '101', "r'", 'é', 'Ø', '😀', '\u2028', '\ufeff', '\u0085', ' ', 'DROP TABLE `main`.`visma`.`t`'];
const hostile = fc.oneof(
  fc.string({unit: 'binary', maxLength: 12}),
  fc.array(fc.constantFrom(...pieces, ...more), {maxLength: 6}).map(parts => parts.join('')),
);

test('any text is one literal, and comes back as it was', async () => {
  const texts = fc.sample(hostile, {numRuns: 300, seed});
  // In brackets, for what reads the local engine's texts takes a byte order mark at their beginning for none of them.
  const sql = `SELECT ${texts.map((text, index) => `CONCAT('[', ${quoteLiteral(text)}, ']') AS c${index}`).join(', ')}`;
  const [row] = await both.do(workspace => workspace.query(sql));
  assert.deepEqual(
    Object.values(row ?? {}),
    texts.map(text => `[${text}]`),
  );
});

test('any text is a parameter, and comes back as it was', async () => {
  const texts = fc.sample(hostile, {numRuns: 100, seed: seed + 1});
  const parameters = Object.fromEntries(texts.map((text, index) => [`p${index}`, text]));
  const sql = `SELECT ${texts.map((_, index) => `CONCAT('[', :p${index}, ']') AS c${index}`).join(', ')}`;
  const [row] = await both.do(workspace => workspace.run({sql, parameters, label: 'tried'}));
  assert.deepEqual(
    Object.values(row ?? {}),
    texts.map(text => `[${text}]`),
  );
});

test('any text is one name', async () => {
  // No name is empty, and DuckDB's end at a NUL.
  const names = fc.sample(hostile, {numRuns: 100, seed: seed + 2}).filter(name => name !== '' && !name.includes('\0'));
  const distinct = names.filter((name, at) => names.findIndex(one => one.toLowerCase() === name.toLowerCase()) === at);
  const sql = `SELECT ${distinct.map((name, index) => `${index} AS ${quoteIdentifier(name)}`).join(', ')}`;
  const [row] = await both.do(workspace => workspace.query(sql));
  assert.deepEqual(row, Object.fromEntries(distinct.map((name, index) => [name, index])));
});

const keys = [
  "o'clock",
  'back\\slash',
  '`tick`',
  '"quoted"',
  'line\nbreak\r\n\t',
  '-- no /* comment',
  '😀 Ø ß',
  '\0 nul',
];
const numbers = [
  ...['0', '-0', '0.00000000005', '-0.00000000005', '1e3', '1E-10', '90071992547409931.25', '9007199254740993'],
  ...['1234567890123456789012345678.0123456789', '12345678901234567890123456789', '0.1', '-0.1'],
];

test('I8 hostile texts and numbers of any length stand in both tables as they were sent', async () => {
  const bodies = [...keys, ...numbers].map((key, index) => {
    const number = numbers[index % numbers.length] ?? '0';
    const text = JSON.stringify(key);
    return `{"referenceNumber":${text},"amount":${number},"supplier":{"number":${text}},"note":${text},
      "documentDate":"${index % 2 === 0 ? '0001-01-01' : '9999-12-31'}T00:00:00",
      "createdDateTime":"${index % 2 === 0 ? '0001-01-01T00:00:00' : '9999-12-31T23:59:59.999999'}",
      "lines":[{"lineNumber":9223372036854775807,"amount":${number}},{"lineNumber":"${index}x","amount":"${number}"}]}`;
  });
  const records = bodies.map(body => parseExactJson(body) as JsonObject);
  await both.do(async workspace => {
    const warehouse = warehouseOn(workspace, [invoice]);
    const loads = [await land(workspace, {resource: invoice, company: "x'; DROP --\\\n", id: 'hostile', records})];
    const {records: written, lines} = await commit(warehouse, {resource: invoice, loads});
    return {written, lines};
  });
  for (const table of [invoice.table.name, linesOf(invoice).name]) {
    const rows = await both.do(workspace => workspace.query(`SELECT * FROM main.visma.${table} ORDER BY record_id`));
    assert.ok(rows.length >= records.length);
  }
  const held = await both.do(workspace =>
    workspace.query('SELECT supplier_number FROM main.visma.invoice ORDER BY record_id'),
  );
  const sent = [...keys, ...numbers];
  assert.deepEqual(new Set(held.map(row => row['supplier_number'])), new Set(sent));
});
