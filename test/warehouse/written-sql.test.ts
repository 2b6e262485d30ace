import assert from 'node:assert/strict';
import test from 'node:test';
import {amount, column} from '../../src/model/column.ts';
import {placesIn} from '../../src/warehouse/places.ts';
import {withLiterals} from '../../src/warehouse/sql/atomic-block.ts';
import {fillColumns} from '../../src/warehouse/sql/fill-columns.ts';

const places = placesIn({catalog: 'main', schema: 'visma'});

test('a number wider than a table says stays exact on its way through from_json', () => {
  const sql = fillColumns(places.raw('invoice'), [column('amount', amount, {path: 'a b.amount', comment: ''})]);
  assert.match(sql, /from_json\(`_record`, '`a b` STRUCT<amount: DECIMAL\(38,10\)>'\)\.`a b`\.`amount`/);
});

test('a marker is written out where it is one, and a text that looks like it stays as it is', () => {
  const sql = "SELECT :a, ':a', `:a`, 'it\\'s :a', b::a, :ab FROM t WHERE c = :n AND d = :none";
  assert.equal(
    withLiterals({sql, parameters: {a: "x':n", n: 7n, none: null}}),
    "SELECT 'x\\':n', ':a', `:a`, 'it\\'s :a', b::a, :ab FROM t WHERE c = 7 AND d = NULL",
  );
});
