import type {Field} from 'apache-arrow';
import {flag, text, time} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {account, accountReference, named, subaccount, subaccountReference, vatZone} from '../shapes.ts';

const entryTypeColumns: readonly Field[] = [
  text('entryTypeId', 'Code of the entry type'),
  text('disableReceipt', 'Kind of cash transaction: Disbursement or Receipt'),
  text('module', 'How the entry type is used'),
  ...named('defaultOffsetAccountBranch', 'Branch of the default offset account'),
  ...account('defaultOffsetAccount', 'Default offset account'),
  ...subaccountReference('defaultOffsetSubaccount', 'Default offset subaccount'),
  ...account('reclasificationAccount', 'Reclassification account'),
  ...account('businessAccount', 'Business account'),
  text('description', 'Description of the entry type'),
  flag('useForPaymentsReclasification', 'Whether it records unknown payments to be reclassified'),
  ...account('reclasificationAccountOverride', 'Reclassification account that overrides the default'),
  ...account('offsetAccountOverride', 'Offset account that overrides the default'),
  ...subaccountReference('offsetSubaccountOverride', 'Offset subaccount that overrides the default'),
  ...named('offsetAccountBranch', 'Branch of the offset account'),
  ...vatZone('vatZone', 'VAT zone'),
  text('taxCalculationMode', 'How VAT is calculated: TaxSetting, Gross or Net'),
  time('lastModifiedDateTime', 'When the entry type was last modified'),
];

export const cashAccount = resource('cash_account', {
  comment: 'Cash accounts: what the company pays from and is paid to',
  endpoint: '/v1/cashaccount',
  reading: unpagedSnapshot,
  key: ['number'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/cashaccount/{number}',
  groups: ['default', 'cash'],
  columns: [
    text('number', 'Code of the cash account'),
    text('description', 'Description of the cash account'),
    text('currency', 'Currency of the cash account'),
    ...accountReference('account', 'Account of the general ledger'),
    ...subaccount('subaccount', 'Subaccount of the general ledger'),
  ],
  arrays: [
    {
      property: 'entryTypes',
      name: 'entry_type',
      number: 'entryTypeId',
      comment: 'Entry types of cash accounts',
      columns: entryTypeColumns,
    },
  ],
});
