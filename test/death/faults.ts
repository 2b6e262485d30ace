import {usualError} from '../sim/visma/bodies.ts';
import type {Happening, Passed} from './gate.ts';
import {concurrentWrite, metadataChanged, refuseStatement} from './sql-refusal.ts';

/** What may go wrong at one request without anybody dying. */
export type FaultName = '401' | '403' | '429' | '500' | '503' | 'reset' | 'concurrent write' | 'metadata changed';

/** Those that any request can meet. */
export const faultsAnywhere: readonly FaultName[] = ['401', '403', '429', '500', '503', 'reset'];

/** Those that only a statement which writes can meet: none at any other request. */
export function conflictsAt({label, call}: Passed): readonly FaultName[] {
  const writes = call.thrift === 'ExecuteStatement' && /(?:MERGE|COPY|ALTER|INSERT|UPDATE|DELETE)\b/.test(label);
  return writes ? ['concurrent write', 'metadata changed'] : [];
}

export function happeningOf(fault: FaultName, {label, call}: Passed): Happening {
  switch (fault) {
    case 'reset':
      return {does: 'refuse'};
    case 'concurrent write':
      return {does: refuseStatement(call, concurrentWrite)};
    case 'metadata changed':
      return {does: refuseStatement(call, metadataChanged)};
    default:
      return {does: label.startsWith('visma ') ? ofVisma(Number(fault)) : ofWorkspace(fault)};
  }
}

function ofVisma(status: number): {status: number; headers: Readonly<Record<string, string>>; body: string} {
  const {headers, body} = usualError(status);
  const asText = typeof body === 'string' ? body : '';
  return {
    status,
    headers: {...(headers as Record<string, string>), ...(status === 429 && {'retry-after': '1'})},
    body: asText,
  };
}

const codes: Readonly<Record<string, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  429: 'REQUEST_LIMIT_EXCEEDED',
  500: 'INTERNAL_ERROR',
  503: 'TEMPORARILY_UNAVAILABLE',
};

const ofWorkspace = (status: string) => ({
  status: Number(status),
  headers: {'content-type': 'application/json', ...(status === '429' && {'retry-after': '1'})},
  body: JSON.stringify({error_code: codes[status], message: 'as the workspace says it'}),
});
