import {type Entity, exact} from '../exact.ts';
import {momentText, type Setting} from './setting.ts';

/** Texts that have broken something somewhere. */
export const nastyTexts = [
  'Ångström & Søn – Ærø, Þór',
  'A\u030angstro\u0308m',
  '👩‍👩‍👧‍👦 🧾 𝒳',
  '"quoted" \'single\' `tick`',
  'back\\slash \\n \\u0041',
  'line one\nline two\r\nline three\ttab',
  "'; DROP TABLE x;--",
  '\u0024{jndi:x} {{y}} %s %25 $1',
  '\u2028\u2029\u00a0\u200b\ufeff',
  ' leading and trailing ',
  '',
  'null',
  '2026-03-20T08:00:00',
  '1e5',
  '<b>&amp;</b>,;|',
];

/** Records that are legal and that a careless reader breaks on. They stand in every company, beside the usual ones. */
export function addNasty(setting: Setting): void {
  for (const record of accounts(setting)) setting.books.collection('account').add(record);
  for (const record of suppliers(setting)) setting.books.collection('supplier').add(record);
  for (const record of customers(setting)) setting.books.collection('customer').add(record);
  for (const record of supplierInvoices(setting)) setting.books.collection('supplierInvoice').add(record);
  for (const record of customerInvoices(setting)) setting.books.collection('customerinvoice').add(record);
  for (const record of journals(setting)) setting.books.collection('journaltransaction').add(record);
}

const stamp = (setting: Setting): string =>
  momentText(setting, setting.firstDayMs + setting.chance.whole(1, 400) * 86_400_000);

/** Keys that differ by case, a trailing space, or the form of a letter alone; with `/`, `%` and leading zeros. */
const nastyKeys = [
  '1510x',
  '1510X',
  '1511',
  '1511 ',
  '\u00c51',
  'A\u030a1',
  '10/20',
  '50%',
  '0010',
  '010',
  '10%2F20',
  "O'Neil",
  'ü"\\',
];

const accounts = (setting: Setting): readonly Entity[] =>
  nastyKeys.map((accountCD, place) => ({
    accountID: 9000 + place,
    accountCD,
    type: 'Expense',
    active: place % 2 === 0,
    description: nastyTexts[place % nastyTexts.length] ?? '',
    ...(place === 3 ? {} : {accountClass: null}),
    lastModifiedDateTime: stamp(setting),
  }));

const suppliers = (setting: Setting): readonly Entity[] => [
  ...nastyTexts.map((name, place) => ({
    internalId: 70_000 + place,
    number: nastyKeys[place] ?? `00${place}`,
    name,
    status: 'Active',
    note: name,
    attributes: [null, [], undefined][place % 3] as Entity['attributes'],
    mainAddress: place % 2 === 0 ? null : {addressId: place, addressLine1: name, country: {id: 'SE', name: null}},
    lastModifiedDateTime: stamp(setting),
  })),
  {
    internalId: 70_100,
    number: 'OFFSET',
    name: 'A stamp with a zone behind it',
    lastModifiedDateTime: `${stamp(setting)}+01:00`,
    retainagePct: exact('-0.0'),
  },
  {internalId: 70_101, number: 'NOSTAMP', name: 'A record without a stamp', lastModifiedDateTime: null},
  {
    internalId: 70_102,
    number: 'UNKNOWN',
    name: 'Fields that no schema names',
    newFieldOf2027: exact('12.50'),
    another: {deep: [1, exact('2.20'), {deeper: null, text: 'å'}]},
    lastModifiedDateTime: stamp(setting),
  },
];

const customers = (setting: Setting): readonly Entity[] => [
  ...['0.0000000001', '1e-10', '-0', '-0.0', '1.5E+3', '0.123456789012', '90071992547409931.25'].map(
    (number, place) => ({
      internalId: 80_000 + place,
      number: `N${place}`,
      name: `Gräns ${number}`,
      creditLimit: exact(number),
      createdDateTime: '0001-01-01T00:00:00',
      lastModifiedDateTime: stamp(setting),
    }),
  ),
  {
    internalId: 80_100,
    number: 'WIDE',
    name: 'Thirty digits before the point',
    creditLimit: exact('123456789012345678901234567890.5'),
    lastModifiedDateTime: stamp(setting),
  },
];

function document(setting: Setting, {type, number}: {type: string; number: string}): Entity {
  return {
    documentType: type,
    referenceNumber: number,
    status: 'Balanced',
    currencyId: setting.company.currency,
    createdDateTime: stamp(setting),
    lastModifiedDateTime: stamp(setting),
  };
}

const supplierInvoices = (setting: Setting): readonly Entity[] => [
  {...document(setting, {type: 'Invoice', number: 'NULL-LINES'}), invoiceLines: null},
  {...document(setting, {type: 'Invoice', number: 'NO-LINES'})},
  {...document(setting, {type: 'Invoice', number: 'EMPTY-LINES'}), status: 'Hold', invoiceLines: []},
  {
    ...document(setting, {type: 'Prepayment', number: 'A/B %2F'}),
    date: '0001-01-01T00:00:00',
    dueDate: '9999-12-31T00:00:00',
    invoiceLines: [
      {lineNumber: 1, cost: exact('0.10'), transactionDescription: 'a number twice'},
      {lineNumber: 1, cost: exact('0.20'), transactionDescription: 'a number twice'},
      {lineNumber: 7, cost: exact('0.30'), quantity: exact('0.123456789012'), unitCost: exact('1e-10')},
    ],
    detailTotal: exact('0.60'),
    amount: exact('0.60'),
    vatTotal: exact('0'),
  },
];

const customerInvoices = (setting: Setting): readonly Entity[] => [
  {
    ...document(setting, {type: 'Invoice', number: 'NO-NUMBERS'}),
    documentDate: '2025-11-10T00:00:00+01:00',
    customer: {number: '1511 ', name: nastyTexts[0] ?? ''},
    invoiceLines: nastyTexts.map(description => ({description, amount: exact('90071992547409931.25')})),
    taxDetails: null,
    applications: null,
  },
  {
    ...document(setting, {type: 'Invoice', number: 'GAPS'}),
    status: 'Hold',
    invoiceLines: [
      {
        lineNumber: 4,
        description: 'four',
        amount: exact('-12.3400'),
        unitPrice: exact('123456789012345678901234567890'),
      },
      {lineNumber: 2, description: 'two', amount: exact('12.34'), unitPrice: null},
    ],
    detailTotal: exact('0.0000'),
  },
];

const journals = (setting: Setting): readonly Entity[] => [
  batch(setting, {
    number: 'NASTY1',
    amounts: ['90071992547409931.25', '0.0000000001', '1e-10'],
    total: '90071992547409931.2500000002',
  }),
  batch(setting, {number: 'NASTY2', amounts: ['1.10'], total: '1.1', status: 'Balanced'}),
  {...batch(setting, {number: 'NASTY3', amounts: [], total: '0.0', status: 'Hold'}), journalTransactionLines: []},
  {...batch(setting, {number: 'nasty1', amounts: ['-5.00'], total: '-5'}), description: nastyTexts[6] ?? ''},
];

/** A batch whose lines each have their counterpart; the texts of the amounts stand as given. */
function batch(
  setting: Setting,
  {
    number,
    amounts,
    total,
    status = 'Posted',
  }: {number: string; amounts: readonly string[]; total: string; status?: string},
): Entity {
  const {chart, company} = setting;
  const lines = amounts.flatMap((amount, place) => [
    lineOf({place: place * 2, account: chart.audit.code, debit: amount, credit: '0.0'}),
    lineOf({place: place * 2 + 1, account: chart.accrued.code, debit: '0.0', credit: amount}),
  ]);
  return {
    module: 'ModuleGL',
    batchNumber: number,
    status,
    hold: status === 'Hold',
    transactionDate: '2026-03-02T00:00:00',
    postPeriod: '032026',
    financialPeriod: '202603',
    ledger: '1',
    currencyId: company.currency,
    exchangeRate: exact('1.0'),
    description: nastyTexts[1] ?? '',
    debitTotal: exact(total),
    debitTotalInCurrency: exact(total),
    creditTotal: exact(total),
    creditTotalInCurrency: exact(total),
    controlTotal: exact(total),
    controlTotalInCurrency: exact(total),
    lastModifiedDateTime: stamp(setting),
    journalTransactionLines: lines,
  };
}

const lineOf = ({
  place,
  account,
  debit,
  credit,
}: {
  place: number;
  account: string;
  debit: string;
  credit: string;
}): Entity => ({
  lineNumber: place * 2 + 3,
  accountNumber: account,
  description: nastyTexts[place % nastyTexts.length] ?? '',
  debitAmount: exact(debit),
  debitAmountInCurrency: exact(debit),
  creditAmount: exact(credit),
  creditAmountInCurrency: exact(credit),
  transactionDescription: nastyTexts[(place + 3) % nastyTexts.length] ?? '',
  module: 'ModuleGL',
});
