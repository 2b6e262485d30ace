import assert from 'node:assert/strict';
import test from 'node:test';
import {resources} from '../../src/catalogue/catalogue.ts';
import {companyId, loadId} from '../../src/model/names.ts';
import {goneBatch, makeRowShaper} from '../../src/rows/rows.ts';

test('a record that is gone is a row of its key, its load and the place that says so', () => {
  for (const resource of resources) {
    const context = {resource, companyId: companyId('se'), loadId: loadId('load')};
    const batch = goneBatch(['a', 'b/c'], context);
    assert.equal(batch.table, resource.table.name);
    assert.deepEqual(batch.columns, makeRowShaper(context)([], 0).batches[0]?.columns, 'columns as of any other part');
    const said = batch.columns.flatMap((name, at) => {
      const values = batch.values[at] ?? [];
      return values.some(value => value !== null) ? [[name, ...values]] : [];
    });
    assert.deepEqual(said, [
      ['company_id', 'se', 'se'],
      ['record_id', 'a', 'b/c'],
      ['_load_id', 'load', 'load'],
      ['_place', '-1', '-1'],
    ]);
  }
});
