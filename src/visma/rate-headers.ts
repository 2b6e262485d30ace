/** What an answer says of the rate window. Absent where it says nothing that makes sense. */
export interface RateHeaders {
  readonly limit?: number;
  readonly remaining?: number;
  /** Until the window is refilled. */
  readonly resetMs?: number;
  readonly retryAfterMs?: number;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Seconds since 1970 rather than seconds left: the former API sent `x-ratelimit-reset` like that. */
const epochFrom = 100_000_000;

/** Reads X-RateLimit-Limit, -Remaining, -Reset (seconds left) and Retry-After (seconds, or a date). */
export function rateHeaders(headers: Headers): RateHeaders {
  const servedMs = Date.parse(one(headers, 'date') ?? '');
  const limit = count(headers, 'x-ratelimit-limit');
  const remaining = count(headers, 'x-ratelimit-remaining');
  const resetMs = leftMs(count(headers, 'x-ratelimit-reset'), servedMs);
  const retryAfterMs = leftMs(count(headers, 'retry-after'), servedMs) ?? untilDateMs(headers, servedMs);
  return {
    ...(limit === undefined ? {} : {limit}),
    ...(remaining === undefined ? {} : {remaining}),
    ...(resetMs === undefined ? {} : {resetMs}),
    ...(retryAfterMs === undefined ? {} : {retryAfterMs}),
  };
}

function leftMs(seconds: number | undefined, servedMs: number): number | undefined {
  if (seconds === undefined) return undefined;
  if (seconds < epochFrom) return seconds * 1000;
  return Number.isNaN(servedMs) ? undefined : Math.max(0, seconds * 1000 - servedMs);
}

function untilDateMs(headers: Headers, servedMs: number): number | undefined {
  const untilMs = Date.parse(one(headers, 'retry-after') ?? '') - servedMs;
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs);
}

function count(headers: Headers, name: string): number | undefined {
  const text = one(headers, name)?.trim() ?? '';
  return /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}

function one(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
