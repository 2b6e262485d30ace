/** A day and a time of day without zone, read from text: real in the calendar, years 0001 to 9999. */
export interface LocalTime {
  /** `yyyy-MM-dd` */
  readonly day: string;
  /** `HH:mm:ss` */
  readonly time: string;
  /** The digits of the second's fraction, without zeros at the end. */
  readonly fraction: string;
  /** Whether a `Z` or an offset followed. It is not applied: the wall clock is what was sent. */
  readonly zoned: boolean;
}

const form = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?([Zz]|[+-]\d\d:?\d\d)?$/;

/** Reads `yyyy-MM-dd`, with `T` or a space and a time of day where one follows. Undefined for anything else. */
export function readLocalTime(text: string): LocalTime | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  if (Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return {
    day: `${year}-${month}-${day}`,
    time: `${hour}:${minute}:${second}`,
    fraction: fraction.endsWith('0') ? fraction.replace(/0+$/, '') : fraction,
    zoned: zone !== undefined,
  };
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a month, 0 where there is no such month or year. */
function daysIn(year: number, month: number): number {
  if (year === 0) return 0;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (monthDays[month - 1] ?? 0) + (leap ? 1 : 0);
}
