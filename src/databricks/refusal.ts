import type {Clock} from '../base/clock.ts';
import {type ErrorKind, type Facts, SyncError} from '../base/errors.ts';
import {isJsonObject, parseExactJson} from '../base/exact-json.ts';
import {DeadlinePassed} from './deadline.ts';

/** An answer that is a refusal. The server's own words are left out: they may hold what nobody should log. */
export interface Refused {
  readonly status: number;
  /** Databricks' `error_code`, where the body bears one. */
  readonly errorCode?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** What was tried, and on which host: `put /Volumes/main/…/load.json`. */
export interface Attempted {
  readonly what: string;
  readonly host: string;
  readonly hint?: string | undefined;
}

const tooMuch = 'The storage or the workspace takes no more of this: look at its quotas and at the size of the file.';

/** A refusal as a SyncError, classed by status and error code. 401 is `expired`: the token is renewed once. */
export function refusal(refused: Refused, {what, host, hint}: Attempted): SyncError {
  const {status, errorCode, retryAfterMs} = refused;
  const kind = kindOfRefusal(refused);
  const ownHint = kind === 'data' && isQuota(refused) ? tooMuch : hint;
  return new SyncError(kind, `${what}: refused with status ${status} by ${host}`, {
    ...(ownHint !== undefined && {hint: ownHint}),
    ...(kind === 'transient' && retryAfterMs !== undefined && {retryAfterMs}),
    facts: {host, status, errorCode},
  });
}

function kindOfRefusal(refused: Refused): ErrorKind {
  const {status, errorCode = ''} = refused;
  if (status === 401) return 'expired';
  if (isQuota(refused)) return 'data';
  if (status === 404 || /(?:^|_)(?:DOES_NOT_EXIST|NOT_FOUND)$/.test(errorCode)) return 'absent';
  if (status === 403 || errorCode === 'PERMISSION_DENIED') return 'permission';
  if (status === 409) return /EXISTS|NOT_EMPTY/.test(errorCode) ? 'data' : 'conflict';
  if (status === 408 || status === 425 || status === 429) return 'transient';
  return status >= 500 && status !== 501 && status !== 505 ? 'transient' : 'protocol';
}

const isQuota = ({status, errorCode = ''}: Refused): boolean =>
  status === 413 || status === 507 || (status < 500 && status !== 429 && /QUOTA|EXHAUSTED|TOO_LARGE/.test(errorCode));

/**
 * Databricks' `error_code` in an error's body, where it is one: letters, digits and underscores, and never a text
 * from elsewhere. The SDK's own reading loses it where `details` come without metadata.
 */
export function errorCodeIn(body: string): string | undefined {
  try {
    const parsed = parseExactJson(body);
    const code = isJsonObject(parsed) ? parsed['error_code'] : undefined;
    return toErrorCode(code);
  } catch {
    return undefined;
  }
}

export const toErrorCode = (code: unknown): string | undefined =>
  typeof code === 'string' && /^[A-Z][A-Z0-9_.]{2,80}$/.test(code) ? code : undefined;

/**
 * How long the other side asked to wait, from `Retry-After` in seconds or as a date; in milliseconds. A date is by its
 * own clock, which the answer's `Date` tells; ours may be wrong.
 */
export function retryAfterMs(
  {'retry-after': asked, date}: Readonly<Record<string, string | string[] | undefined>>,
  clock: Clock,
): number | undefined {
  if (typeof asked !== 'string' || asked === '') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(asked.trim())) return Math.round(Number(asked) * 1000);
  const servedMs = Date.parse(String(date));
  const nowMs = Number.isNaN(servedMs) ? clock.now().getTime() : servedMs;
  const atMs = Date.parse(asked);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/** The codes of node:tls and OpenSSL for a certificate that is not to be trusted. */
const distrust = /CERT|^HOSTNAME_MISMATCH$|^UNABLE_TO_(?:GET|DECRYPT|DECODE|VERIFY)|^(?:INVALID_|PATH_LENGTH_EXCEEDED)/;

const distrusted =
  "The certificate does not vouch for this host. Where a company's own authority signs it, name its file in " +
  'NODE_EXTRA_CA_CERTS.';

/**
 * A connection that did not come to an answer. An untrusted certificate stops everything (`configuration`), an abort
 * is `cancelled`; resets, timeouts and names that do not resolve are `transient`.
 */
export function connectionFailure(thrown: unknown, {what, host, hint}: Attempted): SyncError {
  if (thrown instanceof SyncError) return thrown;
  const code = codeOf(thrown);
  const facts: Facts = {host, code};
  if (code !== undefined && distrust.test(code)) {
    return new SyncError('configuration', `${what}: the certificate of ${host} is not trusted`, {
      hint: distrusted,
      facts,
    });
  }
  if (isAbort(thrown)) return cancellation(thrown, {what, host});
  return new SyncError('transient', `${what}: no answer from ${host}`, {facts, ...(hint !== undefined && {hint})});
}

/** What an abort came to: the reason that was given with it, where that says more. */
function cancellation(thrown: unknown, {what, host}: Attempted): SyncError {
  const reason = thrown instanceof Error ? thrown.cause : undefined;
  if (reason instanceof SyncError) return reason;
  return new SyncError('cancelled', `${what}: stopped before ${host} had answered`, {facts: {host}});
}

/** The system's or TLS's code of a failure, from the error or from what caused it. */
export function codeOf(thrown: unknown): string | undefined {
  if (thrown instanceof DeadlinePassed) return 'ETIMEDOUT';
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = 'code' in error ? error.code : undefined;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  }
  return undefined;
}

export const isAbort = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'AbortError';
