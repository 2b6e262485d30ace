import assert from 'node:assert/strict';
import test from 'node:test';
import {DBSQLParameterType} from '@databricks/sql';
import {openSession, parameter, rowsOf} from './driver.ts';
import {openLocal} from './opened.ts';

test('values come back through the driver as they were written', async t => {
  const {workspace} = await openLocal(t);
  const session = await openSession(t, workspace);
  const sql = `SELECT CAST('12345678901234567890.0123456789' AS DECIMAL(38,10)) AS amount,
    CAST('-0.0000000001' AS DECIMAL(38,10)) AS small, 9007199254740993 AS whole, CAST(7 AS INT) AS count,
    true AS yes, 'æ"\\'\\\\' AS word, DATE '2026-02-28' AS day, TIMESTAMP '2026-02-28 10:11:12.123456' AS instant,
    TIMESTAMP_NTZ '2026-02-28 23:59:59.5' AS here, 1.5e0 AS float, CAST(NULL AS DECIMAL(38,10)) AS nothing`;
  assert.deepEqual(await rowsOf(session, sql), [
    {
      amount: '12345678901234567890.0123456789',
      small: '-0.0000000001',
      whole: 9007199254740993n,
      count: 7,
      yes: true,
      word: 'æ"\'\\',
      day: new Date('2026-02-28T00:00:00.000Z'),
      instant: new Date('2026-02-28T10:11:12.123Z'),
      here: new Date('2026-02-28T23:59:59.500Z'),
      float: 1.5,
      nothing: null,
    },
  ]);
});
