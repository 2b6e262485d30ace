import {flag, text, whole} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {named} from '../shapes.ts';

export const ledger = resource('ledger', {
  comment: 'Ledgers: the actual one, and those of reports, statistics and budgets',
  endpoint: '/v1/ledger',
  reading: unpagedSnapshot,
  key: ['number'],
  stamp: 'lastModifiedDateTime',
  internalId: 'internalId',
  groups: ['default', 'ledger'],
  columns: [
    whole('internalId', 'Id in the database; it stays when the number is changed'),
    text('number', 'Number of the ledger'),
    text('description', 'Description of the ledger'),
    text('balanceType', 'Actual, Report, Statistical or Budget'),
    text('currencyId', 'Currency of the ledger'),
    flag('consolidationSource', 'Whether it is a source of consolidation'),
    ...named('consolBranch', 'Branch of consolidation'),
    flag('branchAccounting', 'Whether transactions between branches are made automatically'),
    flag('postInterCompany', 'Whether transactions between companies are posted'),
  ],
});
