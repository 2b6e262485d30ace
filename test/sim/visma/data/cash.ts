import {type Entity, entitiesIn, exact} from '../exact.ts';
import {accountInLine} from './chart.ts';
import {employeeNumbers} from './employees.ts';
import {complete} from './filler.ts';
import {dateText, dayMs, momentText, periodOf, type Setting} from './setting.ts';

const founded = '2024-10-01T08:00:00.13';

/** Means of payment, the accounts they draw on, taxes, what went over the bank, and what employees laid out. */
export function addCash(setting: Setting, {claims}: {claims: number}): void {
  const {books} = setting;
  const records: Readonly<Record<string, readonly Entity[]>> = {
    paymentmethod: paymentMethods(),
    cashaccount: cashAccounts(setting),
    vat: vats(setting),
    vatCategory: vatCategories(setting),
    cashTransaction: [...bankFees(setting), ...heldTransactions(setting)],
    expenseClaim: Array.from({length: claims}, (_, place) => expenseClaim(setting, place)),
  };
  for (const [collection, all] of Object.entries(records)) {
    for (const record of all) books.collection(collection).add(record);
  }
}

const paymentMethods = (): readonly Entity[] =>
  ['Bankgiro', 'Kort på nätet', 'Überweisung'].map((description, place) =>
    complete('PaymentMethodDto', place, {
      paymentMethodID: String(place + 1),
      description,
      active: place < 2,
      lastModifiedDateTime: founded,
    }),
  );

const cashAccounts = ({chart, company}: Setting): readonly Entity[] =>
  [chart.bank, chart.bankEuro].map((account, place) =>
    complete('CashAccountDto', place, {
      number: account.code,
      description: account.name,
      currency: place === 0 ? company.currency : 'EUR',
      account: {type: account.kind, number: account.code, description: account.name},
      lastModifiedDateTime: place === 0 ? founded : '2025-10-26T02:45:00.9',
    }),
  );

const vats = ({taxRates}: Setting): readonly Entity[] =>
  ['I', 'U'].flatMap(side =>
    taxRates.map((rate, place) =>
      complete('VatInformationDto', place, {
        vatId: `${side}${rate}`,
        vatCategoryId: String(rate),
        description: `${side === 'I' ? 'Ingående' : 'Utgående'} ${rate}%`,
        type: 'Vat',
        notValidAfter: place === 0 ? '9999-12-31T00:00:00' : null,
        lastModifiedDateTime: founded,
      }),
    ),
  );

const vatCategories = ({taxRates}: Setting): readonly Entity[] =>
  taxRates.map((rate, place) =>
    complete('VatCategoryDto', place, {
      vatCategoryId: String(rate),
      description: `Moms ${rate}%`,
      lastModifiedDateTime: founded,
    }),
  );

/** The bank's fees of each month, as the journals have them. */
const bankFees = (setting: Setting): readonly Entity[] =>
  setting.books
    .collection('journaltransaction')
    .rows.filter(({module, description}) => module === 'ModuleCA' && description === 'Bankavgifter')
    .map((batch, place) =>
      cashTransaction(setting, {
        place,
        facts: {
          status: 'Released',
          hold: false,
          tranDate: batch['transactionDate'],
          finPeriod: batch['financialPeriod'],
          financialPeriod: batch['financialPeriod'],
          amount: batch['debitTotal'],
          lastModifiedDateTime: batch['lastModifiedDateTime'],
          financialsDetail: complete('financialsDetailInCashTransactionDto', place, {
            batchNumber: batch['batchNumber'],
          }),
        },
        lines: entitiesIn(batch['journalTransactionLines'])
          .slice(0, 1)
          .map(line => ({description: line['description'], amount: line['debitAmount'], quantity: exact('1.0')})),
      }),
    );

/** Not released: they bear no period at all. */
const heldTransactions = (setting: Setting): readonly Entity[] =>
  ['Hold', 'Hold', 'Balanced'].map((status, place) =>
    cashTransaction(setting, {
      place: place + 1,
      facts: {
        tranType: place === 0 ? 'TransferOut' : 'TransferIn',
        referenceNbr: String(place + 1).padStart(6, '0'),
        status,
        hold: status === 'Hold',
        tranDate: place === 0 ? '0001-01-01T00:00:00' : dateText(setting.nowWallMs),
        finPeriod: status === 'Hold' ? null : periodOf(setting.nowWallMs),
        financialPeriod: status === 'Hold' ? null : periodOf(setting.nowWallMs),
        amount: exact('30.3000'),
        lastModifiedDateTime: '2025-10-26T02:59:59.997',
      },
      lines: [
        {description: 'Kaffe ☕ och bröd', amount: exact('10.10'), quantity: exact('2.5000')},
        {description: 'Øl & smørrebrød', amount: exact('20.2'), quantity: exact('1.0')},
      ],
    }),
  );

function cashTransaction(
  setting: Setting,
  {place, facts, lines}: {place: number; facts: Entity; lines: readonly Entity[]},
): Entity {
  const {chart, company} = setting;
  const {bank, bankFees: fees} = chart;
  return complete('CashTransactionDto', place, {
    tranType: 'Adjustment',
    referenceNbr: String(place + 1).padStart(6, '0'),
    cashAccount: {type: bank.kind, number: bank.code, description: bank.name},
    currency: company.currency,
    controlTotal: facts['amount'],
    taxTotal: exact('0.0'),
    taxAmount: exact('0.0'),
    transactionDetails: lines.map((line, at) =>
      complete('TransactionDetailDto', place + at, {
        lineNumber: at + 1,
        branch: {number: '1', name: company.name},
        offsetAccount: {type: fees.kind, number: fees.code, description: fees.name},
        ...line,
      }),
    ),
    ...facts,
    timeStamp: undefined,
  });
}

function expenseClaim(setting: Setting, place: number): Entity {
  const {chance, chart, company} = setting;
  const employee = chance.pick(employeeNumbers(setting));
  const amounts = Array.from({length: chance.whole(1, 3)}, () => BigInt(chance.whole(1_000, 400_000)) * 100n);
  const total = amounts.reduce((sum, amount) => sum + amount, 0n);
  const day = setting.nowWallMs - chance.whole(0, 500) * dayMs;
  const text = (units: bigint): ReturnType<typeof exact> =>
    exact(`${units / 10_000n}.${String(units % 10_000n).padStart(4, '0')}`);
  return complete('ExpenseClaimDto', place, {
    refNbr: setting.next('claim'),
    status: chance.pick(['Released', 'Released', 'Approved', 'Hold', 'PendingApproval']),
    date: dateText(day),
    claimedBy: {internalId: employee, number: employee, name: `Anställd ${employee}`},
    claimTotal: text(total),
    currency: company.currency,
    department: {id: '10', description: 'Försäljning'},
    lastModifiedDateTime: momentText(setting, day),
    details: amounts.map((amount, at) =>
      complete('ExpenseClaimDetailDto', place + at, {
        claimDetailId: place * 10 + at + 1,
        totalAmount: text(amount),
        claimAmount: text(amount),
        amountInClaimCurr: text(amount),
        currency: company.currency,
        expenseAccount: accountInLine(chart.travel),
        branch: {number: '1', name: company.name},
      }),
    ),
    timeStamp: undefined,
  });
}
