import {type Entity, exact} from '../sim/visma/visma.ts';
import type {World} from './world.ts';

/** One list as it can be moved while it is read: which records it is made of, and where a run is interrupted. */
export interface MovingList {
  readonly resource: string;
  /** The list that is asked for page by page. */
  readonly path: string;
  /** In which of its slices it moves, where it is read slice by slice. */
  readonly query?: Readonly<Record<string, string>>;
  /** Where its records, or those that it is made of, are kept. */
  readonly collection: string;
  /** What a page holds at most. */
  readonly pageSize: number;
  /** The properties that make the key of a kept record; the last one is given to a new record. */
  readonly key: readonly string[];
  /** What a new record has beside its key. */
  readonly fresh?: Entity;
  /** What a change changes. */
  readonly changed: Entity;
  /** Which of the kept records stand in the list. */
  readonly shown?: (record: Entity) => boolean;
  /** What several kept records are one row of, where the list shows sums. */
  readonly sumOf?: (record: Entity) => string;
}

/** Every kind of reading that comes in pages, by a list that is read so. */
export const movingDeltas: readonly MovingList[] = [
  {
    resource: 'supplier',
    path: '/v1/supplier',
    collection: 'supplier',
    pageSize: 4,
    key: ['number'],
    changed: {name: 'Renamed AB'},
  },
  {
    resource: 'journal_transaction',
    path: '/v2/journaltransaction',
    collection: 'journaltransaction',
    pageSize: 40,
    key: ['module', 'batchNumber'],
    changed: {description: 'corrected'},
  },
  {
    resource: 'cash_transaction',
    path: '/v1/cashTransaction',
    collection: 'cashTransaction',
    pageSize: 6,
    key: ['tranType', 'referenceNbr'],
    changed: {description: 'corrected'},
  },
  {
    resource: 'general_ledger_transaction',
    path: '/v1/GeneralLedgerTransactions',
    collection: 'journaltransaction',
    pageSize: 40,
    key: ['module', 'batchNumber'],
    changed: {transactionDate: '2026-02-03T00:00:00'},
    shown: ({status, ledger}) => status === 'Posted' && ledger === '1',
  },
];

export const movingSnapshots: readonly MovingList[] = [
  {
    resource: 'credit_term',
    path: '/v1/creditTerm',
    collection: 'creditTerm',
    pageSize: 3,
    key: ['termsId'],
    changed: {description: 'corrected'},
  },
  {
    resource: 'supplier_balance',
    path: '/v2/supplier/balance',
    query: {toFinPeriod: '202413'},
    collection: 'supplierInvoice',
    pageSize: 1,
    key: ['documentType', 'referenceNumber'],
    fresh: {supplier: {internalId: exact('99'), number: '99', name: 'New AB'}},
    changed: {amount: exact('12.34')},
    shown: ({status}) => status === 'Open' || status === 'Closed',
    sumOf: ({supplier}) => JSON.stringify(supplier),
  },
];

/** What happens over there between two pages. */
export type Move = (world: World, company: string) => void;

const stamps: ReadonlySet<string> = new Set(['lastModifiedDateTime', 'timeStamp', 'createdDateTime']);

/**
 * A record that was read goes, others come before and behind what is there, and others change, read already or not:
 * the count tells that something moved.
 */
export const stir =
  (list: MovingList, key: string): Move =>
  (world, company) => {
    const rows = rowsOf(world, company, list);
    const which = {company, collection: list.collection};
    const [read = {}] = rows;
    remove(world, company, list);
    world.visma.insert({...which, place: 'first', record: likeness(list, read, `${key}1`)});
    world.visma.insert({...which, place: 'last', record: likeness(list, read, `${key}2`)});
    for (const record of [read, rows.at(-2)]) {
      world.visma.change({...which, key: keyOf(list, record), fields: list.changed});
    }
  };

/** A record that was read goes and one like it comes behind all others: no count tells it, and one is passed over. */
export const swap =
  (list: MovingList, key: string): Move =>
  (world, company) => {
    const [like = {}] = remove(world, company, list);
    const {collection} = list;
    world.visma.insert({company, collection, place: 'last', record: likeness(list, like, key)});
  };

/** Lets a list move at the n-th of its requests. */
export const during = (
  world: World,
  {list, move, company, nth = 1}: {readonly list: MovingList; readonly move: Move; company: string; nth?: number},
): ReturnType<World['visma']['fault']> =>
  world.visma.fault({
    ...{path: list.path, company, nth, query: {...list.query, pageNumber: '2'}},
    kind: 'run',
    action: () => move(world, company),
  });

/** Changes every record, so that the next delta has as many pages as a first load. */
export function changeAll(world: World, company: string, list: MovingList): void {
  const {collection, changed} = list;
  for (const record of rowsOf(world, company, list)) {
    world.visma.change({company, collection, key: keyOf(list, record), fields: changed});
  }
}

/** Deletes the second row of the list. */
function remove(world: World, company: string, list: MovingList): readonly Entity[] {
  const {collection, sumOf = JSON.stringify} = list;
  const rows = rowsOf(world, company, list);
  const row = sumOf(rows[1] ?? {});
  const gone = rows.filter(record => sumOf(record) === row);
  for (const record of gone) world.visma.delete({company, collection, key: keyOf(list, record)});
  return gone;
}

const rowsOf = ({visma}: World, company: string, {collection, shown = () => true}: MovingList): readonly Entity[] =>
  (visma.truth(company)[collection] ?? []).filter(shown);

const keyOf = ({key}: MovingList, record: Entity | undefined): string[] => key.map(name => String(record?.[name]));

/** A record like another under a key of its own; it is stamped when it is inserted. */
function likeness({key, fresh}: MovingList, record: Entity, number: string): Entity {
  const own = Object.fromEntries(Object.entries(record).filter(([name]) => !stamps.has(name)));
  const id = 'internalId' in own ? {internalId: exact(number)} : {};
  return {...own, ...id, ...fresh, [key.at(-1) ?? '']: number};
}
