import {exact} from '../exact.ts';
import {money, share} from '../money.ts';
import {accountInLine} from './chart.ts';
import {complete} from './filler.ts';
import {firstOfMonth, momentText, periodOf, type Setting} from './setting.ts';

/** What is meant to be earned and spent: for each financial year, account and subaccount an amount for each month. */
export function addBudgets(setting: Setting): void {
  const {books, chance, chart, subaccounts, firstDayMs, nowWallMs} = setting;
  const accounts = [chart.salesGoods, chart.salesServices, chart.rent, chart.salaries, chart.travel];
  const [first, last] = [new Date(firstDayMs).getUTCFullYear(), new Date(nowWallMs).getUTCFullYear()];
  for (let year = first; year <= last; year++) {
    for (const [place, account] of accounts.entries()) {
      const subaccount = subaccounts[place % subaccounts.length];
      const amount = BigInt(chance.whole(100_000, 900_000)) * 10_000n;
      const each = share(amount, 1n, 12n);
      const months = Array.from({length: 12}, (_, at) => (at === 11 ? amount - 11n * each : each));
      const record = complete('BudgetDto', place, {
        ledger: 'BUDGET',
        branchNumber: {number: place === 4 ? '2' : '1', name: 'Huvudkontor'},
        financialYear: String(year),
        account: accountInLine(account),
        subaccount: {active: true, id: subaccount?.['subaccountNumber'], description: subaccount?.['description']},
        description: `Budget ${account.name}`,
        released: place % 2 === 0,
        releasedAmount: place % 2 === 0 ? money(amount) : exact('0.0'),
        amount: money(amount),
        distributedAmount: money(amount),
        periods: months.map((month, at) => ({
          periodId: periodOf(Date.UTC(year, at, 1)),
          amount: money(month),
        })),
        lastModifiedDateTime: momentText(setting, firstOfMonth(firstDayMs, place)),
        timeStamp: undefined,
      });
      books.collection('budget').add(record);
    }
  }
}
