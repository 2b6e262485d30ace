import {type Call, operand, type Rewriting, taking, textOf, wordOf, wrongArguments} from './call.ts';
import {castTo, literal} from './cast.ts';
import {toStrftime} from './date-pattern.ts';
import {unitNamed} from './interval.ts';
import {constantNamed, instantLiteral} from './keywords.ts';
import {type SqlType, typeNamed} from './sql-type.ts';

const typeOf = (name: string): SqlType => {
  const type = typeNamed(name);
  if (!type) throw new TypeError(`no type ${name}`);
  return type;
};
const day = typeOf('DATE');
const instant = typeOf('TIMESTAMP');
const localTime = typeOf('TIMESTAMP_NTZ');
const bigint = typeOf('BIGINT');

const parts = ['year', 'month', 'day', 'hour', 'minute', 'second', 'quarter'];

const partFunctions = Object.fromEntries(
  parts.map((part): [string, Rewriting] => [part, taking(1, value => `CAST(${part}(${value}) AS INTEGER)`)]),
);

/** `timestampadd(MINUTE, 5, t)`: the unit is a bare word. */
function addUnits(call: Call): string {
  const unit = unitNamed(wordOf(call, 0) ?? '');
  if (unit === undefined || call.args.length !== 3) throw wrongArguments(call);
  return `(${operand(call, 2)} + to_${unit}s(CAST(${operand(call, 1)} AS BIGINT)))`;
}

/** Whole units between two instants. */
function unitsBetween(call: Call): string {
  const unit = unitNamed(wordOf(call, 0) ?? '');
  if (unit === undefined || call.args.length !== 3) throw wrongArguments(call);
  return `date_sub('${unit}', ${castTo(operand(call, 1), instant)}, ${castTo(operand(call, 2), instant)})`;
}

const addDays = (date: string, days: string): string => `CAST(${castTo(date, day)} + CAST(${days} AS INTEGER) AS DATE)`;

/** The part of a date or instant that `trunc` and `date_trunc` keep. */
function truncated(call: Call, unitIndex: number): string {
  const names: Readonly<Record<string, string>> = {mm: 'month', mon: 'month', yyyy: 'year', yy: 'year', dd: 'day'};
  const word = textOf(call, unitIndex).toLowerCase();
  const unit = names[word] ?? (word === 'quarter' ? word : unitNamed(word));
  if (unit === undefined || call.args.length !== 2) throw wrongArguments(call);
  return unit;
}

const now: Rewriting = ({scope}) => instantLiteral(scope.now);

export const timeFunctions: Readonly<Record<string, Rewriting>> = {
  ...partFunctions,
  now,
  current_timestamp: now,
  curdate: ({scope}) => constantNamed('CURRENT_DATE', scope) ?? '',
  to_date: taking(1, value => castTo(value, day)),
  to_timestamp: taking(1, value => castTo(value, instant)),
  to_timestamp_ntz: taking(1, value => castTo(value, localTime)),
  try_to_date: taking(1, value => castTo(value, day, {attempt: true})),
  try_to_timestamp: taking(1, value => castTo(value, instant, {attempt: true})),
  date_format: call => `strftime(${castTo(operand(call, 0), localTime)}, ${literal(toStrftime(textOf(call, 1)))})`,
  date_trunc: call => `CAST(date_trunc('${truncated(call, 0)}', ${castTo(operand(call, 1), instant)}) AS TIMESTAMPTZ)`,
  trunc: call => `CAST(date_trunc('${truncated(call, 1)}', ${castTo(operand(call, 0), day)}) AS DATE)`,
  last_day: taking(1, value => `last_day(${castTo(value, day)})`),
  make_date: taking(3, (year, month, date) => `make_date(${year}, ${month}, ${date})`),
  date_add: call => (call.args.length === 3 ? addUnits(call) : addDays(operand(call, 0), operand(call, 1))),
  dateadd: call => (call.args.length === 3 ? addUnits(call) : addDays(operand(call, 0), operand(call, 1))),
  timestampadd: addUnits,
  date_sub: taking(2, (date, days) => addDays(date, `-(${days})`)),
  add_months: taking(2, (date, months) => `CAST(${castTo(date, day)} + to_months(CAST(${months} AS INTEGER)) AS DATE)`),
  datediff: call =>
    call.args.length === 3
      ? unitsBetween(call)
      : `CAST(date_diff('day', ${castTo(operand(call, 1), day)}, ${castTo(operand(call, 0), day)}) AS INTEGER)`,
  timestampdiff: unitsBetween,
  unix_timestamp: taking(1, value => `CAST(floor(epoch(${castTo(value, instant)})) AS BIGINT)`),
  unix_seconds: taking(1, value => `CAST(floor(epoch(${castTo(value, instant)})) AS BIGINT)`),
  unix_millis: taking(1, value => `epoch_ms(${castTo(value, instant)})`),
  timestamp_micros: taking(1, value => `make_timestamptz(${castTo(value, bigint)})`),
  timestamp_millis: taking(1, value => `make_timestamptz(${castTo(value, bigint)} * 1000)`),
  timestamp_seconds: taking(1, value => `make_timestamptz(CAST((${value}) * 1000000 AS BIGINT))`),
};
