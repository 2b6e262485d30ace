import {valuesTable} from '../../base/sql-layout.ts';

export interface Binding {
  readonly companyId: string;
  readonly tenantId: string;
}

/** Binds ids that are not bound yet; a binding that stands is never changed. */
export const bindCompanies = (company: string, bindings: readonly Binding[]): string =>
  `MERGE INTO ${company} AS t
USING (SELECT * FROM ${valuesTable(
    bindings.map(({companyId, tenantId}) => [companyId, tenantId]),
    {indent: 0, columns: ['company_id', 'tenant_id']},
  )}) AS s
ON t.company_id = s.company_id
WHEN NOT MATCHED THEN INSERT (company_id, tenant_id, bound_at)
VALUES (s.company_id, s.tenant_id, current_timestamp())`;
