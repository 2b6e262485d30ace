import type {SimCompany} from '../behaviour.ts';
import type {Chance} from '../chance.ts';
import {type Entity, type Exact, exact} from '../exact.ts';
import type {Form} from '../money.ts';
import {stampOf} from '../stamps.ts';
import type {Books} from '../store.ts';
import type {Chart} from './chart.ts';

export const dayMs = 86_400_000;

/** A supplier or customer as documents name it. */
export interface Party {
  readonly internalId: number;
  readonly number: string;
  readonly name: string;
  readonly currency: string;
}

/** Everything that the makers of records share about one company. */
export interface Setting {
  readonly company: SimCompany;
  readonly books: Books;
  readonly chance: Chance;
  /** Draws for what stands beside invoices and journals, so that these are the same with it and without. */
  readonly otherChance: Chance;
  /** Whether keys and texts are there that careless readers break on. */
  readonly nasty: boolean;
  readonly chart: Chart;
  readonly suppliers: Party[];
  readonly customers: Party[];
  readonly subaccounts: readonly Entity[];
  /** Whether a batch's total in company currency is converted once, instead of summed up from its lines. */
  readonly convertsTotals: boolean;
  /** Tax rates in hundredths, the usual one first. */
  readonly taxRates: readonly number[];
  /** The first day of the oldest period, and the ERP's wall clock now. */
  readonly firstDayMs: number;
  readonly nowWallMs: number;
  /** The next number of a series: `000123`. */
  next(series: string): string;
}

/** A date as the ERP sends it: midnight, no zone. */
export const dateText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 10)}T00:00:00`;

/** The financial period of a day: YYYYMM. */
export const periodOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7).replace('-', '');

/** The same as documents name it besides: MMYYYY. */
export const postPeriodOf = (ms: number): string => periodOf(ms).slice(4) + periodOf(ms).slice(0, 4);

/** Some moment of a working day, on the wall; never later than now. */
export function momentOf({chance, nowWallMs}: Setting, day: number): number {
  const wall = day + chance.whole(7 * 3_600_000, 17 * 3_600_000);
  return Math.min(wall, nowWallMs - chance.whole(0, 3_600_000));
}

export const momentText = (setting: Setting, day: number): string => stampOf(momentOf(setting, day));

/**
 * A rate as the ERP's doubles print it, with 16 or 17 digits; for the company's own currency it is 1.0. What is
 * converted by it is converted by the rate itself.
 */
export function rateShown(rate: string): Exact {
  const [whole = '', decimals = ''] = rate.split('.');
  if (Number(decimals) === 0) return exact(rate);
  const digits = Number(decimals.at(-1)) % 2 === 0 ? 16 : 17;
  return exact(`${whole}.${decimals.padEnd(digits - whole.length - 1, '0')}1`);
}

/** The rate itself, of six decimals, behind what is shown of it. */
export const rateBehind = (shown: string): string => shown.replace(/(\.\d{6})\d+$/, '$1');

const forms: readonly Form[] = ['four', 'four', 'few', 'point'];
export const formOf = ({chance}: Setting): Form => chance.pick(forms);

export const firstOfMonth = (ms: number, months: number): number => {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
};
