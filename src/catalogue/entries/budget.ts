import {amount, asked, flag, text} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {account, named, subaccountReference} from '../shapes.ts';

/** The answer does not repeat which ledger it was asked for, and the ledgers of budgets may hold the same articles. */
export const budget = resource('budget', {
  comment: 'Budget articles: what is budgeted on an account and subaccount in a financial year',
  endpoint: '/v1/budget',
  reading: unpagedSnapshot,
  key: ['asked.ledger', 'branchNumber.number', 'financialYear', 'account.number', 'subaccount.id'],
  optionalKey: {'subaccount.id': ['subaccount']},
  stamp: 'lastModifiedDateTime',
  slicing: 'budget',
  sliceColumns: {branch: 'branchNumber.number', financialYear: 'financialYear'},
  groups: ['ledger'],
  columns: [
    asked('ledger', 'Ledger of the budget'),
    ...named('branchNumber', 'Branch'),
    text('financialYear', 'Financial year'),
    ...account('account', 'Account'),
    ...subaccountReference('subaccount', 'Subaccount'),
    text('description', 'Description of the article'),
    flag('released', 'Whether the article is released'),
    amount('releasedAmount', 'Amount that is released'),
    amount('amount', 'Amount of the article'),
    amount('distributedAmount', 'Amount distributed over the periods'),
    text('timeStamp', "Visma's row version"),
  ],
  arrays: [
    {
      property: 'periods',
      name: 'period',
      number: 'periodId',
      comment: 'Amounts of budget articles, by financial period',
      columns: [text('periodId', 'Financial period'), amount('amount', 'Amount of the period')],
    },
  ],
});
