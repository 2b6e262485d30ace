import assert from 'node:assert/strict';
import test from 'node:test';
import type {JsonObject} from '../../src/base/exact-json.ts';
import type {Resource} from '../../src/model/resource.ts';
import {hintOf, mayBeRefused} from '../../src/rows/rows.ts';
import {invoice} from './invoice.ts';

const member: Resource = {...invoice, internalId: 'internalId'};

const held = (number: string, more: JsonObject = {}) => ({
  recordId: `I/${number}`,
  record: JSON.stringify({type: 'I', number, text: `text of ${number}`, ...more}),
});

const spared = (refused: ReadonlyArray<JsonObject | null>, rows: ReturnType<typeof held>[]): readonly string[] => [
  ...mayBeRefused(
    rows,
    refused.map(record => hintOf(record, member)),
    member,
  ),
];

const rows = ['1', '2', '3'].map(number => held(number));

test('I23 a missing row with the content of a refused record may be it, and the others are gone', () => {
  assert.deepEqual(spared([{type: 'I', text: 'text of 2'}], rows), ['I/2']);
  assert.deepEqual(spared([{type: 'I', number: {}, text: 'text of 2', timeStamp: 'B', metadata: {}}], rows), ['I/2']);
  assert.deepEqual(spared([{text: 'text of 1'}, {text: 'text of 3', invoiceLines: [{}]}], rows), ['I/1', 'I/3']);
});

test('I23 a missing row with the internal id of a refused record is it, and one with another is not', () => {
  const known = [held('1', {internalId: 7}), held('2', {internalId: 8}), held('3', {internalId: 0})];
  assert.deepEqual(spared([{type: 'I', internalId: 8, text: 'another text'}], known), ['I/2']);
  assert.deepEqual(spared([{type: 'I', internalId: 9, text: 'another text'}], known), ['I/3']);
  assert.deepEqual(spared([{type: 'I', internalId: 0, text: 'another text'}], known), ['I/1', 'I/2', 'I/3']);
});

test('I23 only rows that have every part of the key that could be read may be a refused record', () => {
  assert.deepEqual(spared([{number: '3', text: 'another text'}], rows), ['I/3']);
  assert.deepEqual(spared([{type: 'X', text: 'text of 2'}], rows), []);
});

test('I23 of a refused record that nothing tells from any row every missing row may be it', () => {
  const all = ['I/1', 'I/2', 'I/3'];
  for (const refused of [null, {}, {text: 'another text'}, {type: [], number: null}]) {
    assert.deepEqual(spared([refused], rows), all, JSON.stringify(refused));
  }
  assert.deepEqual(spared([{text: 'text of 1'}], [{recordId: 'I/1', record: 'written by hand'}]), ['I/1']);
  assert.deepEqual(spared([], rows), []);
});
