import {KeySet} from '../../base/key-set.ts';
import type {Page, Pass} from '../../model/pass.ts';
import type {CompanyResource} from '../../model/ports.ts';
import {chainKey} from '../chains.ts';
import type {Doors} from '../doors.ts';

/** A delta of so large a share of the records held is no day's work. */
const stormShare = 0.5;

/** Tells records that a table holds just so already. */
export interface Sieve {
  isHeld(recordId: string, content: string): boolean;
}

/**
 * The vendor touches every row of a table at times, and a delta is then as large as a first load. Where the first of
 * its pages shows that, what the table holds is read once, so that only what is new by its hash is landed. Undefined
 * where the delta is an ordinary one, or where loads wait before it, for then the table is not what it follows.
 */
export async function sieveOf(pass: Pass, page: Page, doors: Doors, signal?: AbortSignal): Promise<Sieve | undefined> {
  const {company, resource, previous} = pass;
  if (!isStorm(pass, page) || !previous) return undefined;
  const settled = (await doors.warehouse.readCheckpoints(signal)).find(
    checkpoint => chainKey(checkpoint) === chainKey(previous),
  );
  if (settled?.sequence !== previous.sequence) return undefined;
  const sieve = await heldContents({company, resource}, doors, signal);
  const facts = {company: company.id, resource: resource.name, total: page.total ?? 0, held: sieve.size};
  const message = `${resource.name} of ${company.id} was touched as a whole: only what is new by its content is landed`;
  doors.events({event: 'note', message, facts});
  return sieve;
}

/** What the tables hold of a company's resource, read once. */
export async function heldContents(
  {company, resource}: CompanyResource,
  doors: Pick<Doors, 'warehouse'>,
  signal?: AbortSignal,
): Promise<Sieve & {readonly size: number}> {
  const held = new KeySet();
  const rows = await doors.warehouse.readContents({resource, companyId: company.id}, signal);
  for (const {recordId, content} of rows) held.add(entryOf(recordId, content));
  return {size: held.size, isHeld: (recordId, content) => held.has(entryOf(recordId, content))};
}

function isStorm({kind, previous, resource}: Pass, {number, last, total}: Page): boolean {
  const held = previous?.cursor.rowsHeld;
  if (kind !== 'delta' || number !== 1 || last || total === undefined || held === undefined) return false;
  // A list of lines counts these: a storm brings at least two for each batch.
  return total >= held * stormShare * (resource.reading.paging === 'lines' ? 2 : 1);
}

const entryOf = (recordId: string, content: string): string => `${recordId}\n${content}`;
