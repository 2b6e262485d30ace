import type {ResourceName} from './names.ts';
import type {Table} from './table.ts';

/**
 * How the pages of a list come. *unpaged*: everything in one answer. *records*: pageNumber and pageSize count records.
 * *lines*: they count lines, and one record may be cut in two. *envelope*: `{totalCount, records[]}`.
 */
export type Paging = 'unpaged' | 'records' | 'lines' | 'envelope';

/**
 * How a resource is read. A delta takes its stamp with a condition, or alone where the endpoint knows no condition. A
 * snapshot reads the whole list each time; where the list holds ids only, each record is then asked for by itself.
 */
export type Reading =
  | {
      readonly kind: 'delta';
      readonly since: 'stamp and condition' | 'stamp alone';
      readonly paging: Paging;
      readonly uncounted?: true;
    }
  | {
      readonly kind: 'snapshot';
      readonly paging: Paging;
      /** The list has pages, and its records carry no count by design. */
      readonly uncounted?: true;
      /** The list is one of ids, and this is the path of each record: `/v1/dimension/{id}`. */
      readonly each?: string;
    };

/**
 * What an endpoint wants to be told before it lists anything, so that it is read once for each. *ledger*: `ledger`.
 * *budget*: `branch`, `ledger` (those of budgets) and `financialYear`. *financial year*: `fromFinPeriod` and
 * `toFinPeriod`. The answer does not repeat the values, so that each record carries them under `asked` until its row is
 * made: they have columns, and are no part of `_record`.
 */
export type Slicing = 'ledger' | 'budget' | 'financial year';

/** The property under which a record carries what its list was asked for. */
export const askedProperty = 'asked';

/** The filter by financial period of a list, for long first loads and for sweeps. */
export interface Periods {
  /** `financialPeriod`, or the two ends of a range. The value is YYYYPP. */
  readonly parameters: readonly string[];
  /** The column that holds the period of a record, as YYYYPP. */
  readonly column: string;
  /** Finds the records that bear no period, such as documents on hold. */
  readonly without?: Readonly<Record<string, string>>;
  /** True where only the periods give everything: a first load goes by them, however short the list. */
  readonly required?: boolean;
}

/** An array of objects inside a record that has a table of its own. */
export interface Child {
  /** The property that holds the array: `invoiceLines`. */
  readonly property: string;
  /** Where the array lies inside the objects of another array: that one, whose number leads the key. */
  readonly outer?: {readonly property: string; readonly number: string};
  /** The property that numbers the lines; absent where they bear none and their position is the key. */
  readonly number?: string;
  readonly table: Table;
}

/** The array by its place in a record: `segments.segmentValues`. */
export const arrayPath = ({outer, property}: Child): string =>
  outer === undefined ? property : `${outer.property}.${property}`;

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
  /**
   * Parts of the key that a record may lack, each with the properties that it lacks together with them: a balance of no
   * subaccount has neither its id nor its number. Every other part has to be there.
   */
  readonly optionalKey?: Readonly<Record<string, readonly string[]>>;
  /** The property with the modification stamp; absent where records carry none. */
  readonly stamp?: string;
  /** Where the endpoint has to be read slice by slice. */
  readonly slicing?: Slicing;
  /** Paths in the record that repeat a parameter of the slice; the others are kept under `asked`. */
  readonly sliceColumns?: Readonly<Record<string, string>>;
  readonly periods?: Periods;
  /** The endpoint lists nothing without a filter: what is read whole is asked for from the beginning of time. */
  readonly wantsFilter?: boolean;
  /** The path of one record, properties of its key in braces: `/v1/supplierPayment/{type}/{refNbr}`. */
  readonly detail?: string;
  /** A list of the same records without their lines, cheaper to sweep: `/v1/purchaseorderbasic`. */
  readonly headers?: string;
  /** The property with the id that stays when the key is changed: `internalId`. */
  readonly internalId?: string;
  /** For records cut in two by pages of lines: the array that is cut, and the header's totals of its amounts. */
  readonly cut?: {
    readonly lines: string;
    /** Line property to header property: `debitAmount` sums up to `debitTotal`. */
    readonly totals: Readonly<Record<string, string>>;
    /**
     * The property with the currency of a record, and the totals that are in the company's currency. If the two
     * currencies differ, such a total is converted once and each line by itself: they differ by half a cent a line.
     */
    readonly converted?: {readonly currency: string; readonly totals: readonly string[]};
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
