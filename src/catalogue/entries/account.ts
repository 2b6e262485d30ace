import {flag, text, whole} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {numbered, versionAndError} from '../shapes.ts';

export const account = resource('account', {
  comment: 'Accounts of the general ledger',
  endpoint: '/v1/account',
  reading: unpagedSnapshot,
  query: {includeAccountClassDescription: 'true'},
  key: ['accountCD'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/account/{accountCD}',
  internalId: 'accountID',
  groups: ['default', 'ledger'],
  columns: [
    whole('accountID', 'Id in the database; it stays when the account code is changed'),
    text('accountCD', 'Code of the account, unique among accounts'),
    text('accountGroupCD', 'Account group of project management that includes this account'),
    text('accountClass', 'Account class'),
    text('type', 'Asset, Liability, Income or Expense'),
    flag('active', 'Whether the account is active'),
    text('description', 'Description of the account'),
    text('accountClassDescription', 'Description of the account class'),
    flag('useDefaultSub', 'Whether the default subaccount is set where the account is chosen'),
    text('postOption', 'How transactions of other workspaces are posted to it: Summary or Detail'),
    text('currency', 'Currency of the account, where it is kept in one'),
    text('taxCategory', 'VAT category that manual journal transactions on the account take'),
    flag('cashAccount', 'Whether one or more cash accounts are linked to it'),
    text('publicCode1', "The authorities' code for the account, as in SAF-T and national reports"),
    ...numbered('externalCode1Info', 'External code 1'),
    ...numbered('externalCode2Info', 'External code 2'),
    ...numbered('analisysCodeInfo', 'Analysis code'),
    text('controlAccountModule', 'Module whose control account it is'),
    flag('allowManualEntry', 'Whether entries by hand are allowed'),
    ...versionAndError,
  ],
});
