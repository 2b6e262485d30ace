import assert from 'node:assert/strict';
import test from 'node:test';
import {SyncError} from '../../src/base/errors.ts';
import {openLedger} from '../../src/ledger/ledger.ts';
import {companyId, runId} from '../../src/model/names.ts';
import type {Statement, StatementRow} from '../../src/model/ports.ts';

/** Closes over an engine that answers as it is told; gives what was sent, by its first words. */
async function close(answer: (statement: Statement) => readonly StatementRow[]): Promise<readonly Statement[]> {
  const sent: Statement[] = [];
  const ledger = openLedger({
    statements: {
      run: statement => {
        sent.push(statement);
        return Promise.resolve().then(() => answer(statement));
      },
      close: () => Promise.resolve(),
    },
    catalog: 'main',
    schema: 'visma',
    mapping: {ledgers: [], routes: [], unrouted: 'other', dimensions: []},
    companies: [{id: companyId('se'), name: 'Nordic', tenantId: 't-se', currency: 'SEK'}],
    version: '0.0.1',
    prepareSources: () => Promise.resolve(),
  });
  await ledger.close({lease: {owner: 'run-1', fence: 3}, runId: runId('run-1'), companies: [companyId('se')]});
  return sent;
}

const isHistory = ({sql}: Statement): boolean => sql.startsWith('DESCRIBE HISTORY');
const isVersion = ({sql}: Statement): boolean => sql.includes('SET ledger_version = s.version');

test('a close that was recorded bears the version of the ledger, where the engine keeps versions', async () => {
  const sent = await close(each => (isHistory(each) ? [{version: 41n}] : [{num_affected_rows: 2n}]));
  const [last] = sent.filter(isVersion);
  assert.deepEqual(last?.parameters, {owner: 'run-1', fence: 3n, run_id: 'run-1', version: 41n});
  assert.equal(sent.at(-1), last);
});

test('an engine without versions is done without, and where nothing was closed nobody asks', async () => {
  const refused = await close(each => {
    if (isHistory(each)) throw new SyncError('defect', 'not known here');
    return [{num_affected_rows: 1}];
  });
  assert.deepEqual([refused.filter(isHistory).length, refused.filter(isVersion).length], [1, 0]);
  const idle = await close(() => [{num_affected_rows: 0}]);
  assert.deepEqual([idle.length, idle.filter(isHistory).length], [2, 0]);
  const lost = close(each => {
    if (isHistory(each)) throw new SyncError('cancelled', 'stopped');
    return [{num_affected_rows: 1}];
  });
  await assert.rejects(lost, {kind: 'cancelled'});
});
