import type {Behaviour} from './behaviour.ts';
import type {Entity} from './exact.ts';
import type {Filter} from './filters.ts';

/** How pages of a list come. *lines*: pages count the lines inside records, and one record may be cut in two. */
export type Paging = 'unpaged' | 'records' | 'lines' | 'envelope';

/** What a list does with lastModifiedDateTime: needs its condition, takes it alone, or does not know it. */
export type Delta = 'with condition' | 'alone' | 'none';

/** The single record of an endpoint, by its key. */
export interface Detail {
  /**
   * `/v1/supplierInvoice/{documentType}/{referenceNumber}`: names in braces are properties, dots between objects.
   * `{segments>segmentId}` goes on into that object of the array.
   */
  readonly path: string;
  /** Expand flags that this form knows; properties of the list's other flags always stand in it. */
  readonly flags?: readonly string[];
  /** Properties with the one value that this form finds: a number without its type means the standard one. */
  readonly only?: Readonly<Record<string, string>>;
  /** Values of a property that are preferred, in order, where several records fit the path. */
  readonly prefers?: {readonly property: string; readonly value: string};
}

/** One list of the API. Another endpoint is another entry here, and data for its collection. */
export interface Endpoint {
  readonly path: string;
  /** The name of what it lists in the store: several endpoints may list one collection. */
  readonly collection: string;
  readonly paging: Paging;
  /** Whether each record carries `metadata`. */
  readonly metadata: boolean;
  readonly delta: Delta;
  /** The properties that make the key. */
  readonly key: readonly string[];
  readonly stamp?: string;
  readonly created?: string;
  readonly rowVersion?: string;
  readonly maxPageSize?: number;
  /** The array that pages of lines count and cut, or that holds the lines of a document. */
  readonly lines?: string;
  /** Header totals that are sums over the lines: header property to line property. */
  readonly totals?: Readonly<Record<string, string>>;
  /** Header amounts that are sums of other header amounts. */
  readonly amounts?: Readonly<Record<string, readonly string[]>>;
  /** Properties that stand in the answer only with a flag; `lines.property` for one inside the lines. */
  readonly expands?: Readonly<Record<string, readonly string[]>>;
  /** Properties that come back empty in the list and full in the detail. */
  readonly detailOnly?: readonly string[];
  readonly filters?: Readonly<Record<string, Filter>>;
  /** Parameters without any of which the vendor documents a refusal. */
  readonly wantsOneOf?: readonly string[];
  readonly required?: readonly string[];
  readonly details?: readonly Detail[];
  /** The list is one of ids, and this is the property that holds them. */
  readonly ids?: string;
  /** Properties that records have in the store only: parameters that the answer does not repeat. */
  readonly inner?: readonly string[];
  /** What the list shows besides its own records: made of the records of others. */
  readonly derived?: Derived;
}

/** Records made of others. */
export interface Derived {
  /** The collections that they are made of. */
  readonly from: readonly string[];
  /** Parameters that decide what is made. */
  readonly by?: readonly string[];
  /** False where a record is a sum, so that nothing can be told of those that are gone. */
  readonly traceable?: boolean;
  readonly make: (of: Making) => readonly Entity[];
}

export interface Making {
  /** The records of a collection that are listed, or those that are gone where these are asked for. */
  readonly rows: (collection: string) => readonly Entity[];
  /** The records of a collection in any case. */
  readonly lookUp: (collection: string) => readonly Entity[];
  readonly query: URLSearchParams;
  readonly behaviour: Behaviour;
}
