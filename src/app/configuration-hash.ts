import {hash} from 'node:crypto';
import {Secret} from '../base/secret.ts';
import type {Config} from '../config/config.ts';

/**
 * SHA-256 of what a configuration says after defaults: the same for the same settings, however the file is written.
 * Secrets, the salt and what headers hold are left out, and of resources and headers the names are taken.
 */
export function configurationHash(config: Config): string {
  const {visma, sync} = config;
  const companies = visma.companies.map(company => ({...company, headers: Object.keys(company.headers)}));
  const settings = {
    ...config,
    visma: {...visma, companies},
    sync: {...sync, resources: sync.resources.map(({name}) => name)},
  };
  return hash('sha256', JSON.stringify(settings, inOrder), 'hex');
}

/** Names in order, whatever order they were written in. */
function inOrder(_name: string, value: unknown): unknown {
  if (value instanceof Secret) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => !(each instanceof Secret));
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
