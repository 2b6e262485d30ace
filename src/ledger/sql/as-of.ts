import {quoteLiteral} from '../../base/quoting.ts';
import type {Places} from '../places.ts';

/** The columns of `ledger_as_of`, with their types. */
const columns = [
  ['company_id', 'STRING'],
  ['recorded_at', 'TIMESTAMP'],
  ['branch', 'STRING'],
  ['ledger', 'STRING'],
  ['account', 'STRING'],
  ['subaccount_id', 'STRING'],
  ['debit_at_close', 'DECIMAL(38,10)'],
  ['credit_at_close', 'DECIMAL(38,10)'],
  ['debit_now', 'DECIMAL(38,10)'],
  ['credit_now', 'DECIMAL(38,10)'],
  ['has_moved', 'BOOLEAN'],
] as const;

/** The movements of one period as they stood at its close, and now. The period is written `2026-09` or `202609`. */
export const readAsOf = ({raw}: Places, period: string): string =>
  `SELECT ${columns.map(([name]) => `l.${name}`).join(', ')}
FROM ${raw('ledger_at_close')} AS l
WHERE l.financial_period = REPLACE(${period}, '-', '')`;

const about = 'The movements of a closed period as they stood when it was closed, and as they are now';

/** A function of Unity Catalog: `SELECT * FROM ledger_as_of('2026-09')`. */
export const createAsOf = (places: Places): string =>
  `CREATE OR REPLACE FUNCTION ${places.raw('ledger_as_of')}(period STRING COMMENT '2026-09 or 202609')
RETURNS TABLE (${columns.map(([name, type]) => `${name} ${type}`).join(', ')})
COMMENT ${quoteLiteral(about)}
RETURN ${readAsOf(places, 'ledger_as_of.period')}`;
