import {type Facts, SyncError} from '../base/errors.ts';
import type {Pass} from '../model/pass.ts';

/** The pass has to be read again: what came is not proved to be all there is. */
export function incomplete(
  {company, resource, slice}: Pass,
  reason: string,
  {facts = {}, hint}: {readonly facts?: Facts; readonly hint?: string} = {},
): SyncError {
  const place = slice === '' ? resource.name : `${resource.name} (${slice})`;
  return new SyncError('incomplete', `${reason}: ${place} of company ${company.id}`, {
    facts: {company: company.id, resource: resource.name, ...(slice === '' ? {} : {slice}), ...facts},
    ...(hint === undefined ? {} : {hint}),
  });
}
