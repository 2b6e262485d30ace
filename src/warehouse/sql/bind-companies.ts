import {quoteLiteral} from '../../base/quoting.ts';
import {valuesTable} from '../../base/sql-layout.ts';

export interface Binding {
  readonly companyId: string;
  readonly tenantId: string;
}

/** Binds ids to tenants. An id that is bound already is bound anew: it never delivered anything, or it is the same. */
export const bindCompanies = (company: string, bindings: readonly Binding[]): string =>
  `MERGE INTO ${company} AS t
USING (SELECT * FROM ${valuesTable(
    bindings.map(({companyId, tenantId}) => [companyId, tenantId]),
    {indent: 0, columns: ['company_id', 'tenant_id']},
  )}) AS s
ON t.company_id = s.company_id
WHEN MATCHED THEN UPDATE SET t.tenant_id = s.tenant_id, t.bound_at = current_timestamp()
WHEN NOT MATCHED THEN INSERT (company_id, tenant_id, bound_at)
VALUES (s.company_id, s.tenant_id, current_timestamp())`;

/** Which of these companies have settled a load, whatever became of it since. */
export const settledCompanies = (load: string, companies: readonly string[]): string =>
  `SELECT DISTINCT company_id
FROM ${load}
WHERE state = 'settled' AND company_id IN (${companies.map(quoteLiteral).join(', ')})`;
