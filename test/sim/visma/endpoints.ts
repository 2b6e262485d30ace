import type {Endpoint} from './endpoint.ts';
import {cash} from './endpoints/cash.ts';
import {ledger} from './endpoints/ledger.ts';
import {organisation} from './endpoints/organisation.ts';
import {payables} from './endpoints/payables.ts';
import {purchasing} from './endpoints/purchasing.ts';
import {receivables} from './endpoints/receivables.ts';

export type {Detail, Endpoint} from './endpoint.ts';

/** Every list that the simulator has. Another one is another entry in one of these, and data for its collection. */
export const endpoints: readonly Endpoint[] = [
  ...ledger,
  ...organisation,
  ...payables,
  ...receivables,
  ...purchasing,
  ...cash,
];

/** The endpoint by its path, or by the name of its collection. */
export function endpointOf(name: string): Endpoint {
  const found = endpoints.find(({path, collection}) => path === name || collection === name);
  if (!found) throw new RangeError(`no such endpoint or collection: ${name}`);
  return found;
}
