import type {Behaviour} from './behaviour.ts';
import {type Endpoint, endpoints} from './endpoints.ts';
import {type Entity, entitiesIn, numberText} from './exact.ts';
import {scaled} from './money.ts';
import {selectUnchecked} from './selection.ts';
import type {Books} from './store.ts';
import {flagsOf, hiddenBy, shown} from './view.ts';

/** Records by the name of their collection. */
export type Truth = Readonly<Record<string, readonly Entity[]>>;

/** With which parameters a list is read, by its path: they decide what stands in the records. */
export type Queries = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Every record as its list shows it now, whole and without `metadata`; each collection is made when it is looked at.
 * Where no parameters are named for a path, every expand flag counts as set. A batch without lines, which no page of
 * lines can show, is left out.
 */
export function truthOf(books: Books, {queries, behaviour}: {queries: Queries; behaviour: Behaviour}): Truth {
  const truth: Record<string, readonly Entity[]> = {};
  for (const endpoint of endpoints) {
    whenAsked(truth, endpoint.collection, () => listed(books, endpoint, {query: queries[endpoint.path], behaviour}));
  }
  return truth;
}

/** What was deleted, as it was last. */
export function deletedOf(books: Books): Truth {
  const deleted: Record<string, readonly Entity[]> = {};
  for (const endpoint of endpoints) {
    whenAsked(deleted, endpoint.collection, () => goneOf(books, endpoint, {}));
  }
  return deleted;
}

function whenAsked(truth: Record<string, readonly Entity[]>, name: string, make: () => readonly Entity[]): void {
  let made: readonly Entity[] | undefined;
  const get = (): readonly Entity[] => {
    made ??= make();
    return made;
  };
  Object.defineProperty(truth, name, {get, enumerable: true});
}

/** What one list shows on all its pages, read with these parameters; every flag is set where there are none. */
export function listed(
  books: Books,
  endpoint: Endpoint,
  {query, behaviour}: {query: Readonly<Record<string, string>> | undefined; behaviour: Behaviour},
): readonly Entity[] {
  const asked = new URLSearchParams(query);
  const flags = query ? flagsOf(asked) : () => true;
  const hidden = hiddenBy(endpoint, {form: endpoint.ids === undefined ? 'list' : {flags: namesOf(endpoint)}, flags});
  const {rows} = selectUnchecked(books.listing(endpoint), {query: asked, behaviour});
  return rows.map(entity => shown(entity, endpoint, hidden));
}

const namesOf = ({expands = {}}: Endpoint): readonly string[] => Object.keys(expands);

/** What stood in a list and is gone. */
export const goneOf = (books: Books, endpoint: Endpoint, query: Readonly<Record<string, string>>): readonly Entity[] =>
  books
    .listing(endpoint)
    .gone(new URLSearchParams(query))
    .map(entity => shown(entity, endpoint, []));

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
