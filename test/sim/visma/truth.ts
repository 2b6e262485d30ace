import type {Behaviour} from './behaviour.ts';
import {type Endpoint, endpoints} from './endpoints.ts';
import {type Entity, entitiesIn, numberText} from './exact.ts';
import {scaled} from './money.ts';
import type {Books} from './store.ts';
import {flagsOf, hiddenBy, shown} from './view.ts';

/** Records by the name of their collection. */
export type Truth = Readonly<Record<string, readonly Entity[]>>;

/** With which parameters a list is read, by its path: they decide what stands in the records. */
export type Queries = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Every record as its list shows it now, whole and without `metadata`. Where no parameters are named for a path,
 * every expand flag counts as set. A batch without lines, which no page of lines can show, is left out.
 */
export function truthOf(books: Books, {queries, behaviour}: {queries: Queries; behaviour: Behaviour}): Truth {
  return Object.fromEntries(
    endpoints.map(endpoint => [
      endpoint.collection,
      listed(books, endpoint, {query: queries[endpoint.path], behaviour}),
    ]),
  );
}

function listed(
  books: Books,
  endpoint: Endpoint,
  {query, behaviour}: {query: Readonly<Record<string, string>> | undefined; behaviour: Behaviour},
): readonly Entity[] {
  const flags = query ? flagsOf(new URLSearchParams(query)) : () => true;
  const hidden = hiddenBy(endpoint, {form: 'list', flags});
  const {rows} = books.collection(endpoint.collection);
  const seen =
    endpoint.paging === 'lines' && behaviour.emptyBatches === 'absent' ? rows.filter(hasLines(endpoint)) : rows;
  return seen.map(entity => shown(entity, endpoint, hidden));
}

const hasLines =
  ({lines = ''}: Endpoint) =>
  (entity: Entity): boolean =>
    entitiesIn(entity[lines]).length > 0;

/** Debit and credit posted to an account in a period, as whole numbers of 10^-18 of the company's currency. */
export interface Posted {
  readonly account: string;
  readonly financialPeriod: string;
  readonly debit: bigint;
  readonly credit: bigint;
}

const scale = 18;

/** What the posted journal lines add up to, by account and period: what balances must say. */
export function postedOf(books: Books): readonly Posted[] {
  const found = new Map<string, Posted>();
  for (const batch of books.collection('journaltransaction').rows) {
    if (batch['status'] !== 'Posted') continue;
    const financialPeriod = String(batch['financialPeriod']);
    for (const line of entitiesIn(batch['journalTransactionLines'])) {
      const account = String(line['accountNumber']);
      const name = `${financialPeriod} ${account}`;
      const before = found.get(name) ?? {account, financialPeriod, debit: 0n, credit: 0n};
      const debit = before.debit + scaled(numberText(line['debitAmount']) ?? '0', scale);
      const credit = before.credit + scaled(numberText(line['creditAmount']) ?? '0', scale);
      found.set(name, {...before, debit, credit});
    }
  }
  return [...found.values()];
}
