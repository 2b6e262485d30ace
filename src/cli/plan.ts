import type {Json, JsonObject} from '../base/exact-json.ts';
import type {Report} from '../model/report.ts';
import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const plan: Entry = {
  name: 'plan',
  summary: 'forecast what the next run takes: calls, minutes, rate windows; nothing is written',
  options: [],
  toText: report => (report.details ? planText(report, report.details) : ''),
};

/** The table, then a line for each company, then what it cost to know. */
function planText({calls}: Report, details: readonly JsonObject[]): string {
  const rows = details.map(row => (row['resource'] === null ? {...row, resource: 'in all'} : row));
  const words = details.flatMap(row => (row['resource'] === null ? [wordsOf(row, details)] : []));
  return [detailTable(rows), ...words, `this forecast took ${counted(calls, 'request')}, tokens included`].join('\n');
}

/** `first load of no: 1,240 calls, 4 windows of 400 calls, about 3 h 5 min`. */
function wordsOf(inAll: JsonObject, details: readonly JsonObject[]): string {
  const {company, calls, windows, limit, minutes} = inAll;
  const passes = details.filter(row => row['company'] === company && row['resource'] !== null);
  const parts = [
    counted(calls, 'call'),
    typeof windows === 'number'
      ? `${counted(windows, 'window')} of ${counted(limit, 'call')}`
      : 'the rate window is not known',
    `about ${duration(numberOf(minutes))}`,
  ];
  return `${runOf(passes)} of ${String(company)}: ${parts.join(', ')}${doubt(passes)}`;
}

function runOf(passes: readonly JsonObject[]): string {
  if (passes.some(({kind}) => kind === 'first')) return 'first load';
  return passes.some(({kind}) => kind === 'going on') ? 'rest of the first load' : 'next run';
}

/** Where something is not known at all, what is told is the least. */
const doubt = (passes: readonly JsonObject[]): string =>
  passes.some(({basis}) => basis === 'not counted' || basis === 'at least')
    ? '; at least, for not all was counted'
    : '';

const grouped = new Intl.NumberFormat('en-US');

function counted(value: Json | undefined, noun: string): string {
  const number = numberOf(value);
  return `${grouped.format(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function duration(minutes: number): string {
  if (minutes < 1) return 'a minute';
  const whole = Math.round(minutes);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  return [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter(Boolean).join(' ');
}

const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
