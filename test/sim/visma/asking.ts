import {type Entity, parseExactly} from './exact.ts';
import type {VismaSim} from './visma.ts';

/** One answer, with its body as text and as records whose numbers keep their digits. */
export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly records: readonly Entity[];
}

export type Ask = (pathAndQuery: string, headers?: Readonly<Record<string, string>>) => Promise<Asked>;

/** The form of a token request; what is given replaces what is usual. */
export function mint(sim: VismaSim, company: string, form: Readonly<Record<string, string>> = {}): Promise<Response> {
  const tenant = sim.companies.find(({id}) => id === company)?.tenantId ?? company;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: sim.clientId,
    client_secret: sim.clientSecret,
    scope: 'vismanet_erp_service_api:read',
    tenant_id: tenant,
    ...form,
  });
  return fetch(sim.tokenUrl, {method: 'POST', body});
}

/** A plain reader with a token of its own, for the simulator's tests. */
export async function asker(sim: VismaSim, company: string, form?: Readonly<Record<string, string>>): Promise<Ask> {
  const {access_token: token} = (await (await mint(sim, company, form)).json()) as {access_token: string};
  return async (pathAndQuery, headers = {}) => {
    const response = await fetch(sim.apiUrl + pathAndQuery, {headers: {authorization: `Bearer ${token}`, ...headers}});
    const text = await response.text();
    return {status: response.status, headers: response.headers, text, records: recordsIn(text)};
  };
}

function recordsIn(text: string): readonly Entity[] {
  try {
    const parsed = parseExactly(text);
    return Array.isArray(parsed) ? (parsed as readonly Entity[]) : [];
  } catch {
    return [];
  }
}

/** Every page of a list until an empty one. */
export async function walk(ask: Ask, pathAndQuery: string, pageSize: number): Promise<readonly Entity[]> {
  const records: Entity[] = [];
  for (let page = 1; ; page++) {
    const sign = pathAndQuery.includes('?') ? '&' : '?';
    const answer = await ask(`${pathAndQuery}${sign}pageNumber=${page}&pageSize=${pageSize}`);
    if (answer.records.length === 0) return records;
    records.push(...answer.records);
  }
}
