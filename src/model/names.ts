import {readLocalTime} from '../base/local-time.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & {readonly [brand]: Name};

/** The configured id of one legal entity. Any text: it is quoted wherever it is used. */
export type CompanyId = Branded<'CompanyId'>;
/** What Visma offers, in the singular, snake_case: `supplier_invoice`. */
export type ResourceName = Branded<'ResourceName'>;
/** What we keep: a resource's name, or `<resource>_<array in the singular>`. */
export type TableName = Branded<'TableName'>;
/** The idempotency key of a load; lowercase letters, digits and dashes, sortable by time. */
export type LoadId = Branded<'LoadId'>;
export type RunId = Branded<'RunId'>;
/**
 * A Visma modification stamp as text without zone, normalised to `yyyy-MM-ddTHH:mm:ss.SSS…` (at least three
 * decimals), so that texts compare as the instants do.
 */
export type Stamp = Branded<'Stamp'>;
/** A part of a resource that is read by itself; empty where the resource is read whole. */
export type Slice = Branded<'Slice'>;

export const companyId = (text: string): CompanyId => text as CompanyId;
export const resourceName = (text: string): ResourceName => text as ResourceName;
export const tableName = (text: string): TableName => text as TableName;
export const loadId = (text: string): LoadId => text as LoadId;
export const runId = (text: string): RunId => text as RunId;
export const slice = (text: string): Slice => text as Slice;
export const wholeResource: Slice = slice('');

/**
 * Normalises a stamp as Visma sends it: trailing zeros of the milliseconds are trimmed on the wire (`.74`), a zone
 * may follow where the field is called Utc and is local time all the same. Decimals beyond the ninth are cut, zeros
 * beyond the third dropped, for equal instants must be equal texts. Undefined for what is no stamp.
 */
export function toStamp(text: unknown): Stamp | undefined {
  const local = typeof text === 'string' ? readLocalTime(text) : undefined;
  if (!local) return undefined;
  const fraction = local.fraction.slice(0, 9).replace(/0+$/, '').padEnd(3, '0');
  return `${local.day}T${local.time}.${fraction}` as Stamp;
}

/** The wall-clock time of a stamp as milliseconds of a clock that knows no zone. */
export const stampMs = (stamp: Stamp): number => Date.parse(`${stamp.slice(0, 23)}Z`);

/** The stamp so many milliseconds earlier, never before year 1. */
export function stampBefore(stamp: Stamp, ms: number): Stamp {
  const earliestMs = Date.parse('0001-01-01T00:00:00.000Z');
  return new Date(Math.max(earliestMs, stampMs(stamp) - ms)).toISOString().slice(0, 23) as Stamp;
}
