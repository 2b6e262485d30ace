import assert from 'node:assert/strict';
import test from 'node:test';
import {closingTable} from '../../src/cli/closing-table.ts';
import {passReport, report, tableReport} from './stage.ts';

/** A table's cells, row by row, without its borders. */
const cells = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter(line => line.startsWith('│'))
    .map(line =>
      line
        .slice(1, -1)
        .split('│')
        .map(cell => cell.trim())
        .join(' ')
        .replaceAll(/ +/g, ' ')
        .trim(),
    );

test('the table has a line for each table over all companies, and one for the whole run', () => {
  const text = closingTable(
    report({
      passes: [
        passReport('se', 'supplier_invoice', {read: 100, refused: 1, calls: 4, seconds: 1.1}),
        passReport('no', 'supplier_invoice', {read: 50, refused: 2, calls: 2, seconds: 2.2}),
      ],
      tables: [
        tableReport('supplier_invoice_line', {read: 400, new: 390, unchanged: 10, statements: 5}),
        tableReport('supplier_invoice', {read: 147, new: 140, changed: 3, unchanged: 4, gone: 1, statements: 6}),
      ],
      calls: 9,
      statements: 20,
      seconds: 5.5,
    }),
  );
  assert.deepEqual(cells(text), [
    'table read new changed unchanged gone refused calls statements seconds',
    'supplier_invoice 150 140 3 4 1 3 6 6 3.3',
    'supplier_invoice_line 400 390 0 10 0 5',
    'in all 550 530 3 14 1 3 9 20 5.5',
  ]);
});

test('a quiet resource has a line, and a commit without reading has its tables', () => {
  assert.deepEqual(
    cells(closingTable(report({passes: [passReport('se', 'account', {read: 7, calls: 1})]}))).slice(1, -1),
    ['account 7 0 1 0'],
  );
  const committed = report({tables: [tableReport('account', {read: 7, new: 7, statements: 2})]});
  assert.deepEqual(cells(closingTable(committed)).slice(1, -1), ['account 7 7 0 0 0 2']);
});

test('a name cannot move the cursor', () => {
  const text = closingTable(report({passes: [passReport('se', 'a\u001b[2Jb')]}));
  assert.ok(!text.includes('\u001b'));
});
