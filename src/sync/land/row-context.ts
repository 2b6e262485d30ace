import type {LoadId} from '../../model/names.ts';
import type {CompanyResource} from '../../model/ports.ts';
import {protectorOf, type RowContext} from '../../rows/rows.ts';
import type {Doors} from '../doors.ts';
import {effectiveRules} from '../rules.ts';

/** What rows of a load are made with, under the privacy rules of this run; and the rules' fingerprint. */
export function rowContextOf(
  {company, resource}: CompanyResource,
  {loadId, privacy}: {readonly loadId: LoadId; readonly privacy: Doors['privacy']},
): {readonly context: RowContext; readonly fingerprint: string} {
  const {columns, fingerprint} = effectiveRules(resource, privacy);
  const protect = protectorOf(columns, privacy.salt);
  return {context: {resource, companyId: company.id, loadId, ...(protect && {protect})}, fingerprint};
}
