import type {SimCompany} from '../behaviour.ts';
import {Chance} from '../chance.ts';
import type {SimClock} from '../sim-clock.ts';
import {wallMs} from '../stamps.ts';
import type {Books} from '../store.ts';
import {type BatchDraft, post} from './batches.ts';
import {addBudgets} from './budgets.ts';
import {addCash} from './cash.ts';
import {accountRecord, chartOf} from './chart.ts';
import {addEmployees} from './employees.ts';
import {batchesOf, drawnInvoice, invoiceRecord, type Side} from './invoices.ts';
import {creditTerms, currencies, financialPeriods, periods, subaccounts} from './lists.ts';
import {monthBatches, spreadBatch} from './month.ts';
import {addNasty} from './nasty.ts';
import {addNotes} from './notes.ts';
import {addOrganisation} from './organisation.ts';
import {settleParties} from './parties.ts';
import {addPayment, addPrepayments} from './payments.ts';
import {addProjects} from './projects.ts';
import {addPurchases} from './purchasing.ts';
import {dayMs, firstOfMonth, momentText, type Setting} from './setting.ts';

/** How much one company holds. Journal lines are at least so many; the invoices' own batches count among them. */
export interface CompanySize {
  readonly suppliers: number;
  readonly customers: number;
  readonly invoices: number;
  readonly journalLines: number;
}

export interface Generated {
  readonly company: SimCompany;
  readonly books: Books;
  readonly clock: SimClock;
  readonly seed: number;
  readonly size: CompanySize;
  readonly nasty: boolean;
  readonly convertsTotals: boolean;
}

/** Fills the books of one company: the same seed gives the same books. Every invoice released has its batch. */
export function generate(wanted: Generated): Setting {
  const setting = settingOf(wanted);
  const {size} = wanted;
  addLists(setting);
  settleParties(setting, size);
  const drafts = [...invoiceDrafts(setting, size.invoices), ...monthly(setting), ...unposted(setting)];
  const lines = drafts.reduce((count, {postings}) => count + postings.length, 0);
  const all = [...drafts, ...spread(setting, size.journalLines - lines)];
  for (const draft of all.toSorted((left, right) => left.writtenWallMs - right.writtenWallMs)) post(setting, draft);
  if (wanted.nasty) addNasty(setting);
  addOthers({...setting, chance: setting.otherChance}, size);
  return setting;
}

/** Everything beside masters, invoices and journals. What is numerous grows with the invoices. */
function addOthers(setting: Setting, {invoices}: CompanySize): void {
  const share = (of: number, least: number): number => (invoices === 0 ? 0 : Math.max(least, Math.ceil(invoices / of)));
  addOrganisation(setting);
  addEmployees(setting);
  addProjects(setting);
  addBudgets(setting);
  addPurchases(setting, share(4, 6));
  addNotes(setting, {credit: share(40, 3), debit: share(60, 2), cash: share(30, 3), return: share(90, 1)});
  addPrepayments(setting, share(20, 4));
  addCash(setting, {claims: share(20, 5)});
}

function settingOf({company, books, clock, seed, nasty, convertsTotals}: Generated): Setting {
  const nowWallMs = wallMs(clock.now().getTime(), clock.zone);
  const numbers = new Map<string, number>();
  return {
    company,
    books,
    chance: new Chance(seed, company.id),
    otherChance: new Chance(seed, `${company.id} others`),
    nasty,
    convertsTotals,
    chart: chartOf(company.country),
    suppliers: [],
    customers: [],
    subaccounts: subaccounts(),
    taxRates: {SE: [25, 12, 6, 0], NO: [25, 15, 12, 0], DK: [25, 0]}[company.country] ?? [25, 0],
    firstDayMs: firstOfMonth(nowWallMs, 1 - periods),
    nowWallMs,
    next: series => {
      const number = (numbers.get(series) ?? 0) + 1;
      numbers.set(series, number);
      return String(number).padStart(6, '0');
    },
  };
}

function addLists(setting: Setting): void {
  const {books, chart, company} = setting;
  for (const period of financialPeriods(setting)) books.collection('financialPeriod').add(period);
  for (const currency of currencies(setting)) books.collection('currency').add(currency);
  for (const term of creditTerms(setting)) books.collection('creditTerm').add(term);
  Object.values(chart).forEach((account, place) => {
    const modifiedAt = momentText(setting, setting.firstDayMs + setting.chance.whole(0, 500) * dayMs);
    const facts = {id: 1000 + place, currency: company.currency, modifiedAt};
    books.collection('account').add(accountRecord(account, facts));
  });
}

function invoiceDrafts(setting: Setting, count: number): readonly BatchDraft[] {
  const span = setting.nowWallMs - setting.firstDayMs;
  return Array.from({length: count}, (_, place) => {
    const day = Math.floor((setting.firstDayMs + (span * place) / count) / dayMs) * dayMs;
    return newInvoice(setting, {side: place % 2 === 0 ? 'supplier' : 'customer', day});
  }).flat();
}

/** Puts an invoice into the books and gives the batches that it posts. */
export function newInvoice(
  setting: Setting,
  drawn: {side: Side; day: number; writtenWallMs?: number},
): readonly BatchDraft[] {
  const invoice = drawnInvoice(setting, drawn);
  const collection = drawn.side === 'supplier' ? 'supplierInvoice' : 'customerinvoice';
  const document = setting.books.collection(collection).add(invoiceRecord(setting, invoice));
  const {side, paidWallMs} = invoice;
  if (paidWallMs !== undefined) addPayment(setting, {side, document, paidWallMs});
  return batchesOf(setting, invoice);
}

function monthly(setting: Setting): readonly BatchDraft[] {
  return Array.from({length: periods}, (_, place) =>
    monthBatches(setting, {start: firstOfMonth(setting.firstDayMs, place), opening: place === 0}),
  ).flat();
}

/** Batches of this month that are not in the ledger yet: they may still change, or vanish. */
function unposted(setting: Setting): readonly BatchDraft[] {
  const day = Math.floor(setting.nowWallMs / dayMs) * dayMs;
  const states = ['Balanced', 'Unposted', 'Hold'] as const;
  return states.map(status => ({...spreadBatch(setting, {day, lines: 5}), status}));
}

/** Batches that bring the journal lines up to what was wanted: one of several hundred lines, then smaller ones. */
function spread(setting: Setting, wanted: number): readonly BatchDraft[] {
  const drafts: BatchDraft[] = [];
  const days = Math.floor((setting.nowWallMs - setting.firstDayMs) / dayMs);
  let missing = wanted;
  while (missing > 0) {
    const most = drafts.length === 0 ? 700 : 90;
    const lines = Math.max(2, Math.min(missing, drafts.length === 0 ? most : setting.chance.whole(2, most)));
    drafts.push(spreadBatch(setting, {day: setting.firstDayMs + setting.chance.whole(0, days) * dayMs, lines}));
    missing -= lines;
  }
  return drafts;
}
