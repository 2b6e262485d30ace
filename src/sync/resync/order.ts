import {SyncError} from '../../base/errors.ts';
import {type Stamp, toStamp} from '../../model/names.ts';
import type {FinancialPeriod} from '../../model/pass.ts';
import type {Resource} from '../../model/resource.ts';

/** What is read again on purpose, for whom and why. */
export interface ResyncOrder {
  readonly part: ResyncPart;
  readonly reason: string;
  readonly requestedBy: string;
  /** True if the ledger is compared with its journals, all of it, once these have been read again. */
  readonly comparesLedger?: boolean;
}

export type ResyncPart =
  | {readonly kind: 'all'}
  | {readonly kind: 'since'; readonly since: Stamp}
  /** Both YYYYPP, both included. */
  | {readonly kind: 'periods'; readonly from: string; readonly to: string};

/** The order as a person wrote it. */
export interface ResyncWords {
  readonly resources?: string | undefined;
  /** `2026-03`, or `2026-03..2026-05`. */
  readonly period?: string | undefined;
  /** A stamp by the ERP's clock, without zone. */
  readonly since?: string | undefined;
  readonly reason?: string | undefined;
  readonly requestedBy: string;
}

/** Understands an order. Throws one `usage` error that says all that is wrong with it. */
export function resyncOrder(words: ResyncWords, resources: readonly Resource[]): ResyncOrder {
  const {period = '', since = '', reason = '', requestedBy} = words;
  const problems: string[] = [];
  if ((words.resources ?? '').trim() === '') problems.push('--resources must name what is to be read again');
  if (reason.trim() === '') problems.push('--reason must say why');
  if (period !== '' && since !== '') problems.push('--period and --since exclude each other');
  const part = period === '' ? partSince(since, resources, problems) : partOf(period, resources, problems);
  if (problems.length > 0) throw new SyncError('usage', problems.join('; '));
  return {part, reason: reason.trim(), requestedBy, comparesLedger: true};
}

function partSince(text: string, resources: readonly Resource[], problems: string[]): ResyncPart {
  if (text === '') return {kind: 'all'};
  const since = /(?:[Zz]|[+-]\d\d:?\d\d)$/.test(text.slice(10)) ? undefined : toStamp(text);
  const whole = namesOf(resources.filter(({reading}) => reading.kind === 'snapshot'));
  if (whole !== '') problems.push(`--since means nothing to lists that are always read whole: ${whole}`);
  if (since) return {kind: 'since', since};
  problems.push("--since must be a stamp by the ERP's own clock, without zone, such as 2026-03-01T00:00:00");
  return {kind: 'all'};
}

function partOf(text: string, resources: readonly Resource[], problems: string[]): ResyncPart {
  const without = namesOf(resources.filter(({periods}) => periods === undefined));
  if (without !== '') problems.push(`--period means nothing to lists without a filter by period: ${without}`);
  const [, fromYear, fromPart, toYear, toPart] = /^(\d{4})-(\d\d)(?:\.\.(\d{4})-(\d\d))?$/.exec(text) ?? [];
  const from = `${fromYear}${fromPart}`;
  const to = toYear === undefined ? from : `${toYear}${toPart}`;
  if (fromYear !== undefined && from <= to) return {kind: 'periods', from, to};
  problems.push('--period must be a financial period or a range of them, such as 2026-03 or 2026-03..2026-05');
  return {kind: 'all'};
}

const namesOf = (resources: readonly Resource[]): string => resources.map(({name}) => name).join(', ');

/** What was read, as control.resync says it: `all`, `period 202603`, `since 2026-03-01T00:00:00.000`. */
export function scopeText(part: ResyncPart): string {
  if (part.kind === 'all') return 'all';
  if (part.kind === 'since') return `since ${part.since}`;
  return part.from === part.to ? `period ${part.from}` : `period ${part.from}..${part.to}`;
}

/** The company's financial periods within a range. */
export const periodsWithin = (
  {from, to}: Extract<ResyncPart, {kind: 'periods'}>,
  periods: readonly FinancialPeriod[],
): readonly string[] => periods.map(({period}) => period).filter(period => period >= from && period <= to);
