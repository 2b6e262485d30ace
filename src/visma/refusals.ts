import {type ErrorKind, type Facts, SyncError} from '../base/errors.ts';
import {isJsonObject, type Json, parseExactJson} from '../base/exact-json.ts';
import type {ResourceName} from '../model/names.ts';
import type {Company} from '../model/pass.ts';
import type {Answer} from './wire.ts';

/** Where a call went, for messages. */
export interface CallPlace {
  readonly company: Company;
  readonly resource?: ResourceName;
  readonly endpoint: string;
}

/** Faults that say more than the status they come with, which the vendor does not state. */
const knownFaults: Readonly<Record<string, string>> = {
  '12027':
    'Visma says that this company has no licence (fault 12027): let its administrator check the licence of Visma Net ' +
    "ERP, and check that tenant_id is the company's own.",
  '12002':
    'The company is missing or wrong: check tenant_id, and whether this company needs an ipp-company-id under headers.',
};

/** The vendor's fault code in a body of any form: JSON, plain text, HTML or nothing. Nothing else of it is kept. */
export function faultIn(body: Json | undefined): string | undefined {
  if (!isJsonObject(body)) return undefined;
  const code = body['ExceptionFaultCode'] ?? body['exceptionFaultCode'];
  const text = typeof code === 'number' || typeof code === 'string' ? String(code) : '';
  return /^\d{1,8}$/.test(text) ? text : undefined;
}

/** What an answer other than 200 means. */
export function refusal(answer: Answer, place: CallPlace): SyncError {
  const {status, body} = answer;
  return refused(place, {status, fault: faultIn(jsonOf(body)), requestId: requestIdOf(answer)});
}

/** A known fault that came in the body of a 200; undefined where there is none. */
export function faultError(body: Json | undefined, place: CallPlace): SyncError | undefined {
  const fault = faultIn(body);
  return fault === undefined ? undefined : refused(place, {status: 200, fault});
}

interface Refused {
  readonly status: number;
  readonly fault?: string | undefined;
  readonly requestId?: string | undefined;
}

function refused({company, resource, endpoint}: CallPlace, {status, fault, requestId}: Refused): SyncError {
  const hint = fault === undefined ? undefined : knownFaults[fault];
  const kind = hint === undefined ? kindOfStatus(status, fault) : 'credentials';
  const facts: Facts = {
    company: company.id,
    ...(resource === undefined ? {} : {resource}),
    endpoint,
    status,
    ...(fault === undefined ? {} : {fault}),
    ...(requestId === undefined ? {} : {requestId}),
  };
  const because =
    fault === undefined ? (status === 401 ? '401 with a new token' : `${status}`) : `${status}, fault ${fault}`;
  const message = `Visma answered ${because} to GET ${endpoint} for company ${company.id}`;
  const advice = hint ?? adviceFor(status) ?? hints[kind];
  return new SyncError(kind, message, {facts, ...(advice === undefined ? {} : {hint: advice})});
}

/** What a status says beyond its kind. A 401 gets here only after a new token was tried. */
function adviceFor(status: number): string | undefined {
  if (status === 401) return freshTokenHint;
  return status >= 300 && status < 400 ? redirectHint : undefined;
}

/** The vendor's own faults tell of licences and rights, with whatever status they come. */
function kindOfStatus(status: number, fault: string | undefined): ErrorKind {
  if (fault !== undefined && status !== 401 && status < 500 && status !== 404 && status !== 429) return 'permission';
  if (status === 401) return 'credentials';
  if (status === 403) return 'permission';
  if (status === 404 || status === 410) return 'absent';
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'transient';
  return 'protocol';
}

const hints: Partial<Record<ErrorKind, string>> = {
  permission:
    'The company does not let this client read the list: grant the right in Visma, or leave the resource out.',
  absent: 'The list does not exist for this company: check api_url, or leave the resource out.',
};

/** A token was granted a moment ago, and is refused: the vendor grants tokens for tenants that are no company. */
const freshTokenHint =
  "Visma grants a token for this tenant_id and refuses every call with it. It is most likely the customer's tenant: " +
  "write the company's own tenant_id, as Visma App Store shows it.";

const redirectHint = 'Redirects to another host are not followed, because the token is for this one: check api_url.';

/** The vendor's id of a request, which its support asks for. */
function requestIdOf({headers}: Answer): string | undefined {
  const id = headers['ipp-request-id'];
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

/** A body as JSON; undefined for plain text, HTML and nothing. */
export function jsonOf(body: Buffer): Json | undefined {
  try {
    return parseExactJson(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
