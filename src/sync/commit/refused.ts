import type {CompanyId} from '../../model/names.ts';
import type {CommitScope, GoneCount} from '../../model/ports.ts';
import {mayBeRefused} from '../../rows/rows.ts';
import type {Doors} from '../doors.ts';

/** So many missing rows of a company are looked at one by one; of more, none is deleted. */
const rowsMax = 5000;
/** So many of them are named in a statement. */
const sparedMax = 1000;

export interface Spared {
  /** Rows that a whole list lacks and that stay, because they may be records that it refused. */
  readonly rows: ReadonlyMap<CompanyId, readonly string[]>;
  /** Companies of which no missing row is marked. */
  readonly all: ReadonlySet<CompanyId>;
}

/**
 * Decides which missing rows wait because their list refused records. A refused record may be one of the rows that the
 * list seems to lack; the others are gone. Says so every time.
 * @param marking the companies whose missing rows may be marked
 */
export async function spareRefused(
  scope: CommitScope,
  {marking, counts, doors}: {marking: ReadonlySet<CompanyId>; counts: readonly GoneCount[]; doors: Doors},
  signal?: AbortSignal,
): Promise<Spared> {
  const {resource, loads} = scope;
  const rows = new Map<CompanyId, readonly string[]>();
  const all = new Set<CompanyId>();
  const refusing = new Set(
    loads.filter(({companyId, counts: {refused}}) => refused > 0 && marking.has(companyId)).map(load => load.companyId),
  );
  const lacks = ({company, loss, gone}: GoneCount): boolean =>
    loss === 'missing' && gone > 0 && refusing.has(company as CompanyId);
  for (const {company, gone} of counts.filter(lacks)) {
    const companyId = company as CompanyId;
    const hints = loads.flatMap(load => (load.companyId === companyId ? (load.refusals ?? []) : []));
    const own = {...scope, marking: new Set([companyId])};
    const missing = gone > rowsMax ? [] : await doors.warehouse.readUnlisted(own, signal);
    const spared = mayBeRefused(missing, hints, resource);
    const isAll = gone > rowsMax || spared.size > sparedMax;
    if (isAll) all.add(companyId);
    else if (spared.size > 0) rows.set(companyId, [...spared]);
    const waiting = isAll ? gone : spared.size;
    if (waiting === 0) continue;
    const message =
      `${waiting} rows of ${resource.table.name} of ${company} are missing in Visma and not deleted: ` +
      'they may be records that were refused, control.reject has these';
    doors.events({event: 'note', message, facts: {company, resource: resource.name, waiting}});
  }
  return {rows, all};
}
