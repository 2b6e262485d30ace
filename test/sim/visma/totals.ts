import type {Endpoint} from './endpoint.ts';
import {type Entity, entitiesIn, exact, type Json, numberText} from './exact.ts';
import {plainText, scaled} from './money.ts';

const scale = 30;

/** Numbers added up digit for digit; what is no number counts as nothing. */
export function added(values: Iterable<Json | undefined>): string {
  let total = 0n;
  for (const value of values) total += scaled(numberText(value) ?? '0', scale);
  return plainText(total, scale);
}

/** The header's totals as its lines make them: what a record must say after its lines were changed. */
export function totalsOf(entity: Entity, {lines, totals, amounts}: Endpoint): Entity {
  if (lines === undefined) return {};
  const all = entitiesIn(entity[lines]);
  const made: Record<string, Json | undefined> = {};
  for (const [total, property] of Object.entries(totals ?? {})) {
    if (total in entity) made[total] = exact(added(all.map(line => line[property])));
  }
  for (const [amount, parts] of Object.entries(amounts ?? {})) {
    const from = {...entity, ...made};
    if (amount in entity) made[amount] = exact(added(parts.map(part => from[part])));
  }
  return made;
}
