import {asSyncError, type SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {Run} from '../sync/sync.ts';
import type {Opened} from './opened.ts';

interface Checked {
  readonly errors: readonly SyncError[];
  readonly details: readonly JsonObject[];
}

type Step = readonly [what: string, attempt: () => Promise<void>];

/** Tries every prerequisite by itself, so that all that is missing is known at once. Changes no table. */
export async function check(
  {scope}: Run,
  {prerequisites, doors, volume}: Opened,
  signal?: AbortSignal,
): Promise<Checked> {
  const steps: readonly Step[] = [
    ['Databricks: who the credentials belong to', () => prerequisites.checkIdentity()],
    ['Databricks: SQL warehouse', () => prerequisites.checkWarehouse()],
    [`Databricks: catalog ${volume.catalog}`, () => prerequisites.checkCatalog(volume.catalog)],
    [`Databricks: volume ${volume.schema}.${volume.name}`, () => prerequisites.checkVolume(volume)],
    ...scope.companies.map(company => [`Visma.net: ${company.id}`, () => doors.source.check(company, signal)] as const),
  ];
  const tried = await Promise.all(steps.map(([what, attempt]) => tryStep(what, attempt)));
  return {
    errors: tried.flatMap(({error}) => (error ? [error] : [])),
    details: tried.map(({what, error}) => ({check: what, result: error ? error.message : 'fine'})),
  };
}

async function tryStep(what: string, attempt: () => Promise<void>): Promise<{what: string; error?: SyncError}> {
  try {
    await attempt();
    return {what};
  } catch (thrown) {
    return {what, error: asSyncError(thrown)};
  }
}
