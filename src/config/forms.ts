import * as z from 'zod';
import {strayEnds} from '../base/stray-ends.ts';
import {tenantOf} from '../model/tenant.ts';

/** What a text was read as, or what is wrong with it. */
type Reading<T> = {readonly value: T} | {readonly wrong: string};

/** A text that is read as something else. Says what is expected where the key is missing or no text. */
function form<T>(expected: string, read: (text: string) => Reading<T>) {
  return z
    .string({
      error: issue => (issue.input === undefined ? `is missing; it must be ${expected}` : `must be ${expected}`),
    })
    .transform((text, context): T => {
      const reading = read(text.trim());
      if ('value' in reading) return reading.value;
      context.issues.push({code: 'custom', message: reading.wrong, input: text});
      return z.NEVER;
    });
}

/** Text that is kept as it stands, spaces at its ends included. */
export const text = (expected: string) =>
  z
    .string({
      error: issue => (issue.input === undefined ? `is missing; it must be ${expected}` : `must be ${expected}`),
    })
    .refine(value => value.trim() !== '', `must be ${expected}, and more than spaces`);

/** An id or a secret: what surrounds it by mistake is named, and its value never is. */
export const credential = (expected: string) =>
  text(expected).superRefine((value, context) => {
    const stray = value.trim() === '' ? undefined : strayEnds(value);
    if (stray === undefined) return;
    const message = `${stray}, which came with it when it was stored; store it again without (printf %s, not echo)`;
    context.addIssue({code: 'custom', message, input: undefined});
  });

/** A tenant's id in its one spelling. */
export const tenant = (expected: string) => text(expected).transform(tenantOf);

const unitMs: Readonly<Record<string, number>> = {s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

function readDuration(text: string): Reading<number> {
  const [, digits = '', unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])$/.exec(text) ?? [];
  const ms = unitMs[unit];
  if (ms === undefined) return {wrong: 'is no duration; write a number with s, m, h or d, such as 2h'};
  return {value: Math.round(Number(digits) * ms)};
}

/** A duration such as `2h`, in milliseconds. */
export const duration = form('a duration: a number with s, m, h or d, such as 2h', readDuration);

/** A duration, or the word `never`. */
export const durationOrNever = form<number | 'never'>('a duration such as 7d, or never', text =>
  text === 'never' ? {value: text} : readDuration(text),
);

const unitBytes: Readonly<Record<string, number>> = {KB: 1000, MB: 1_000_000, GB: 1_000_000_000};

/** A size such as `64MB`, in bytes; above 0. */
export const size = form('a size: a number with KB, MB or GB, such as 64MB', text => {
  const [, digits = '', unit = ''] = /^(\d{1,6})\s*([KMG]B)$/i.exec(text) ?? [];
  const bytes = Number(digits) * (unitBytes[unit.toUpperCase()] ?? 0);
  return bytes > 0 ? {value: bytes} : {wrong: 'is no size; write a number with KB, MB or GB, such as 64MB'};
});

export const yesOrNo = form('true or false', text =>
  text === 'true' || text === 'false' ? {value: text === 'true'} : {wrong: 'must be true or false'},
);

/** A whole number within bounds, both included. */
export const whole = ({least, most}: {least: number; most: number}) =>
  form(`a whole number from ${least} to ${most}`, text => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    return value >= least && value <= most ? {value} : {wrong: `must be a whole number from ${least} to ${most}`};
  });

/** A share of 1; 0 itself only where it makes sense. */
export const share = ({zero}: {zero: boolean}) => {
  const expected = `a number ${zero ? 'from' : 'above'} 0 to 1, such as 0.8`;
  return form(expected, text => {
    const value = /^\d(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    return value <= 1 && (zero || value > 0) ? {value} : {wrong: `must be ${expected}`};
  });
};

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

export const currency = form('an ISO 4217 currency code, such as SEK', text =>
  currencies.has(text) ? {value: text} : {wrong: 'is no ISO 4217 currency code; write three capitals, such as SEK'},
);

/** A name in Unity Catalog, so short that `suffixMax` more characters still fit. */
export const catalogName = ({suffixMax}: {suffixMax: number}) =>
  form('a name in Unity Catalog', text => {
    if (text.length > 255 - suffixMax) return {wrong: `must be at most ${255 - suffixMax} characters`};
    // Unity Catalog refuses these in the names of catalogs and schemas.
    return /[./\s\p{Cc}]/u.test(text)
      ? {wrong: 'must be one name, without dots, slashes, spaces and control characters'}
      : {value: text};
  });

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** An address that may be spoken to: https, or http on loopback; nothing of a user, a query or a fragment in it. */
function readAddress(text: string): Reading<URL> {
  if (!URL.canParse(text)) return {wrong: 'is no address; write one such as https://example.com'};
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return {wrong: 'must begin with https://'};
  if (url.username !== '' || url.password !== '') return {wrong: 'must hold no user and no password'};
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) {
    return {wrong: 'must begin with https://; credentials go over http on loopback only'};
  }
  if (url.search !== '' || url.hash !== '') return {wrong: 'must end before the ? or #'};
  return {value: url};
}

/** An address with its path, without a slash at its end. */
export const address = form('an address, such as https://example.com', text => {
  const reading = readAddress(text);
  return 'value' in reading ? {value: reading.value.href.replace(/\/+$/, '')} : reading;
});

/** A host as an origin; https where no scheme is given. */
export const host = form('the host of the workspace, such as https://adb-1.azuredatabricks.net', text => {
  const reading = readAddress(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if ('wrong' in reading) return reading;
  return reading.value.pathname === '/'
    ? {value: reading.value.origin}
    : {wrong: 'must be the host alone, without a path'};
});

/** Names and values of HTTP headers. */
export const headers = z
  .record(
    z.string(),
    z.string({error: 'must be a text'}).refine(value => !/[\r\n\0]/.test(value), 'must be one line'),
    {error: 'must be header names with their values'},
  )
  .superRefine((record, context) => {
    for (const name of Object.keys(record)) {
      const message = !/^[!#$%&'*+.^`|~\w-]+$/.test(name)
        ? 'is no name of a header'
        : /^(?:authorization|host|content-length|transfer-encoding|connection)$/i.test(name)
          ? 'is a header that the sync sets itself; leave it out'
          : undefined;
      if (message) context.addIssue({code: 'custom', path: [name], message});
    }
  });
