import {asSyncError, type SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {Run} from '../sync/sync.ts';
import type {Opened} from './opened.ts';

interface Checked {
  readonly errors: readonly SyncError[];
  readonly details: readonly JsonObject[];
}

interface Step {
  readonly what: string;
  readonly attempt: () => Promise<void>;
  /** What it means where the thing is not there, if that is no problem. */
  readonly whenAbsent?: string;
}

/** Tries every prerequisite by itself, so that all that is missing is known at once. Changes no table. */
export async function check(
  {scope}: Run,
  {prerequisites, doors, volume}: Opened,
  signal?: AbortSignal,
): Promise<Checked> {
  const steps: readonly Step[] = [
    {what: 'Databricks: who the credentials belong to', attempt: () => prerequisites.checkIdentity()},
    {what: 'Databricks: SQL warehouse', attempt: () => prerequisites.checkWarehouse()},
    {what: `Databricks: catalog ${volume.catalog}`, attempt: () => prerequisites.checkCatalog(volume.catalog)},
    {
      what: `Databricks: volume ${volume.schema}.${volume.name}`,
      attempt: () => prerequisites.checkVolume(volume),
      whenAbsent: 'not there yet: the first sync creates it',
    },
    ...scope.companies.map(company => ({
      what: `Visma.net: ${company.id}`,
      attempt: () => doors.source.check(company, signal),
    })),
  ];
  const tried = await Promise.all(steps.map(tryStep));
  return {
    errors: tried.flatMap(({error}) => (error ? [error] : [])),
    details: tried.map(({what, result}) => ({check: what, result})),
  };
}

interface Tried {
  readonly what: string;
  readonly result: string;
  readonly error?: SyncError;
}

async function tryStep({what, attempt, whenAbsent}: Step): Promise<Tried> {
  try {
    await attempt();
    return {what, result: 'fine'};
  } catch (thrown) {
    const error = asSyncError(thrown);
    if (error.kind === 'absent' && whenAbsent !== undefined) return {what, result: whenAbsent};
    return {what, result: error.message, error};
  }
}
