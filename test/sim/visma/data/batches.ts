import {type Entity, exact, type Json} from '../exact.ts';
import {converted, type Form, money, perOne, sum, type Units} from '../money.ts';
import {stampOf} from '../stamps.ts';
import type {Account} from './chart.ts';
import {filled} from './filler.ts';
import {dateText, formOf, periodOf, rateShown, type Setting} from './setting.ts';

/** One line to be posted; exactly one of debit and credit is not zero. */
export interface Posting {
  readonly account: Account;
  readonly debit: Units;
  readonly credit: Units;
  readonly debitInCurrency: Units;
  readonly creditInCurrency: Units;
  readonly text: string;
  readonly reference?: string;
  readonly party?: string;
  readonly type?: string;
  readonly taxRate?: number;
}

/** A journal batch before it has a number. */
export interface BatchDraft {
  readonly module: 'GL' | 'AP' | 'AR' | 'CA';
  readonly day: number;
  /** YYYYPP if it is not the month of the day. */
  readonly period?: string;
  readonly writtenWallMs: number;
  readonly currency: string;
  readonly rate: string;
  readonly text: string;
  readonly postings: readonly Posting[];
  readonly status?: 'Posted' | 'Balanced' | 'Hold' | 'Unposted';
}

interface Sides {
  readonly account: Account;
  readonly amount: Units;
  readonly inCurrency?: Units;
  readonly text: string;
  readonly reference?: string;
  readonly party?: string;
  readonly type?: string;
  readonly taxRate?: number;
}

export function debit({amount, inCurrency = amount, ...rest}: Sides): Posting {
  return {...rest, debit: amount, credit: 0n, debitInCurrency: inCurrency, creditInCurrency: 0n};
}

export function credit({amount, inCurrency = amount, ...rest}: Sides): Posting {
  return {...rest, debit: 0n, credit: amount, debitInCurrency: 0n, creditInCurrency: inCurrency};
}

/** The other way round: what a credit note does. */
export const reversed = (posting: Posting): Posting => ({
  ...posting,
  debit: posting.credit,
  credit: posting.debit,
  debitInCurrency: posting.creditInCurrency,
  creditInCurrency: posting.debitInCurrency,
});

/** Numbers a batch in its module's series and puts it into the books. */
export function post(setting: Setting, draft: BatchDraft): Entity {
  return setting.books.collection('journaltransaction').add(batchRecord(setting, draft));
}

function batchRecord(setting: Setting, draft: BatchDraft): Entity {
  const {company} = setting;
  const form = formOf(setting);
  const status = draft.status ?? 'Posted';
  const debits = sum(draft.postings.map(posting => posting.debit));
  const credits = sum(draft.postings.map(posting => posting.credit));
  const debitsInCurrency = sum(draft.postings.map(posting => posting.debitInCurrency));
  const creditsInCurrency = sum(draft.postings.map(posting => posting.creditInCurrency));
  if (debits !== credits) throw new RangeError(`a batch that does not balance: ${draft.text}`);
  const totalOf = (lines: Units, inCurrency: Units): Units => {
    const isForeign = draft.currency !== company.currency;
    const once = setting.convertsTotals && isForeign ? converted(inCurrency, draft.rate) : lines;
    // A payment's lines carry what its invoice was converted to, line by line: no total is further off than roundings.
    const cents = (once > lines ? once - lines : lines - once) / (perOne / 100n);
    return cents * 2n <= BigInt(draft.postings.length) ? once : lines;
  };
  const financialPeriod = draft.period ?? periodOf(draft.day);
  const batchNumber = setting.next(`batch ${draft.module}`);
  return {
    module: `Module${draft.module}`,
    batchNumber,
    status,
    hold: status === 'Hold',
    transactionDate: dateText(draft.day),
    postPeriod: financialPeriod.slice(4) + financialPeriod.slice(0, 4),
    financialPeriod,
    ledger: '1',
    ledgerDescription: `Huvudbok ${company.name}`,
    currencyId: draft.currency,
    exchangeRate: rateShown(draft.rate),
    autoReversing: false,
    reversingEntry: false,
    description: draft.text,
    originalBatchNumber: null,
    debitTotal: money(totalOf(debits, debitsInCurrency), form),
    debitTotalInCurrency: money(debitsInCurrency, form),
    creditTotal: money(totalOf(credits, creditsInCurrency), form),
    creditTotalInCurrency: money(creditsInCurrency, form),
    controlTotal: money(totalOf(debits, debitsInCurrency), form),
    controlTotalInCurrency: money(debitsInCurrency, form),
    createVatTransaction: false,
    skipVatAmountValidation: false,
    lastModifiedDateTime: stampOf(draft.writtenWallMs),
    transactionCode: null,
    transactionCodeDescription: null,
    branch: '1',
    journalTransactionLines: draft.postings.map((posting, place) => lineRecord(setting, {posting, place, draft, form})),
    attachments: batchNumber.endsWith('7') ? (filled('JournalTransactionDto', 0)['attachments'] ?? []) : [],
    errorInfo: null,
  };
}

const noProject: Entity = {internalId: 0, id: 'X', description: 'Ej projekt'};
/** Every third line has a number of 17 digits. */
const quantities = [exact('0.0'), exact('0.0'), exact('1234567.0123456789')];

function lineRecord(
  {chance, subaccounts}: Setting,
  {posting, place, draft, form}: {posting: Posting; place: number; draft: BatchDraft; form: Form},
): Entity {
  const tax: Json =
    posting.taxRate === undefined ? null : {id: String(posting.taxRate), description: `${posting.taxRate}%`};
  return {
    lineNumber: place + 1,
    accountNumber: posting.account.code,
    description: posting.account.name,
    subaccount: chance.pick(subaccounts),
    referenceNumber: posting.reference ?? null,
    debitAmount: money(posting.debit, form),
    debitAmountInCurrency: money(posting.debitInCurrency, form),
    creditAmount: money(posting.credit, form),
    creditAmountInCurrency: money(posting.creditInCurrency, form),
    transactionDescription: posting.text,
    vatCode: tax,
    vat: tax,
    branch: '1',
    customerSupplier: posting.party ?? null,
    transactionType: posting.type ?? null,
    module: `Module${draft.module}`,
    uom: null,
    project: noProject,
    projectTask: null,
    attachments: [],
    quantity: quantities[place % 3] ?? null,
    inventoryNumber: null,
    note: null,
  };
}
