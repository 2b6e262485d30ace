import type {ResourceName} from './names.ts';
import type {Table} from './table.ts';

/**
 * How the pages of a list come. *unpaged*: everything in one answer. *records*: pageNumber and pageSize count records.
 * *lines*: they count lines, and one record may be cut in two. *envelope*: `{totalCount, records[]}`.
 */
export type Paging = 'unpaged' | 'records' | 'lines' | 'envelope';

/** How a resource is read. A delta takes its stamp with a condition, or alone where the endpoint knows no condition. */
export type Reading =
  | {readonly kind: 'delta'; readonly since: 'stamp and condition' | 'stamp alone'; readonly paging: Paging}
  | {readonly kind: 'snapshot'; readonly paging: Paging};

/** An array of objects inside a record that has a table of its own. */
export interface Child {
  /** The property that holds the array: `invoiceLines`. */
  readonly property: string;
  /** The property that numbers the lines; absent where they bear none and their position is the key. */
  readonly number?: string;
  readonly table: Table;
}

/** What Visma offers, and what we keep of it. One entry of the catalogue. */
export interface Resource {
  readonly name: ResourceName;
  /** The path of the list: `/v1/supplierInvoice`. */
  readonly endpoint: string;
  readonly reading: Reading;
  /** Parameters that every request takes along, such as the expand flags without which arrays stay empty. */
  readonly query: Readonly<Record<string, string>>;
  /** The properties that make the key, in order; dots between objects. */
  readonly key: readonly string[];
  /** The property with the modification stamp; absent where records carry none. */
  readonly stamp?: string;
  /** For records cut in two by pages of lines: the array that is cut, and the header's totals of its amounts. */
  readonly cut?: {
    readonly lines: string;
    /** Line property to header property: `debitAmount` sums up to `debitTotal`. */
    readonly totals: Readonly<Record<string, string>>;
  };
  readonly groups: readonly string[];
  /** Its own table first, then its children's. */
  readonly table: Table;
  readonly children: readonly Child[];
}

export const tablesOf = (resource: Resource): readonly Table[] => [
  resource.table,
  ...resource.children.map(child => child.table),
];
