import {asSyncError, type Facts, SyncError} from '../base/errors.ts';
import type {PassOutcome} from '../model/events.ts';
import type {Checkpoint, Manifest, PassCounts} from '../model/load.ts';
import {type LoadId, type RunId, wholeResource} from '../model/names.ts';
import type {Company, Pass} from '../model/pass.ts';
import type {Resource} from '../model/resource.ts';
import {type ChainKey, chainKey} from './chains.ts';
import type {Doors, Scope} from './doors.ts';
import {type Landed, land} from './land.ts';

export interface Reading {
  readonly runId: RunId;
  readonly scope: Scope;
  /** The newest load or checkpoint of each chain. */
  readonly tips: ReadonlyMap<string, Checkpoint>;
  /** Chains whose rows are lost: they are read again whole, in their place behind their tip. */
  readonly lost?: ReadonlySet<string>;
}

/** What reading everything came to. */
export interface ReadEnd {
  readonly landed: readonly Manifest[];
  readonly errors: readonly SyncError[];
  /** Lists that were read whole, quiet ones included. */
  readonly done: ReadonlyArray<Omit<ChainKey, 'slice'>>;
}

const nothing: PassCounts = {read: 0, landed: 0, refused: 0, repeated: 0};

/** What ends a company's reading altogether: every further request would meet it again. */
const endsCompany: ReadonlySet<string> = new Set(['credentials', 'limited', 'cancelled', 'identity']);

/** Reads every company and resource, a few companies at once; one company's failure stops no other. */
export async function readAll(reading: Reading, doors: Doors, signal?: AbortSignal): Promise<ReadEnd> {
  const waiting = [...reading.scope.companies];
  const ends: ReadEnd[] = [];
  const reader = async (): Promise<void> => {
    for (let company = waiting.shift(); company; company = waiting.shift()) {
      ends.push(await readCompany(company, reading, doors, signal));
    }
  };
  await Promise.all(Array.from({length: doors.settings.companiesAtOnce}, reader));
  return {
    landed: ends.flatMap(end => end.landed),
    errors: ends.flatMap(end => end.errors),
    done: ends.flatMap(end => end.done),
  };
}

async function readCompany(company: Company, reading: Reading, doors: Doors, signal?: AbortSignal): Promise<ReadEnd> {
  const landed: Manifest[] = [];
  const errors: SyncError[] = [];
  const done: Omit<ChainKey, 'slice'>[] = [];
  let skipped: SyncError | undefined;
  let ended: SyncError | undefined;
  for (const resource of reading.scope.resources) {
    const pass = passOf(company, resource, reading);
    if (ended) {
      tellEnd(pass, {outcome: 'partial', counts: nothing, seconds: 0, reason: ended.message}, doors);
      continue;
    }
    const end = await readPass(pass, doors, signal);
    if (end.manifest) landed.push(end.manifest);
    if (!end.error) done.push({companyId: company.id, resource: resource.name});
    else if (end.outcome === 'skipped') skipped = end.error;
    else errors.push(end.error);
    if (end.error && endsCompany.has(end.error.kind)) ended = end.error;
  }
  if (skipped && done.length + errors.length === 0) errors.push(nothingToRead(company, skipped));
  return {landed, errors, done};
}

/** One list that is not offered is a licence; all of them are an address or a right. */
const nothingToRead = ({id}: Company, {kind, facts}: SyncError): SyncError =>
  new SyncError(kind, `nothing can be read of company ${id}: every list is refused or not found`, {
    hint: 'Check visma.api_url, the tenant_id of the company, and what the integration is approved for there.',
    facts: {...facts, company: id},
  });

function passOf(company: Company, resource: Resource, {runId, tips, lost}: Reading): Pass {
  const key = chainKey({companyId: company.id, resource: resource.name, slice: wholeResource});
  const tip = tips.get(key);
  const isLost = tip !== undefined && lost?.has(key) === true;
  const previous = isLost ? undefined : tip;
  const since = previous?.cursor.nextSince;
  return {
    runId,
    company,
    resource,
    slice: wholeResource,
    kind: isLost ? 'resync' : previous ? resource.reading.kind : 'first',
    sequence: (tip?.sequence ?? 0) + 1,
    ...(previous && {previous}),
    ...(since !== undefined && resource.reading.kind === 'delta' && {since}),
  };
}

interface PassEnd {
  readonly outcome: PassOutcome;
  readonly manifest?: Manifest;
  readonly error?: SyncError;
}

async function readPass(pass: Pass, doors: Doors, signal?: AbortSignal): Promise<PassEnd> {
  const begunMs = doors.clock.monotonicMs();
  const seconds = (): number => (doors.clock.monotonicMs() - begunMs) / 1000;
  try {
    const landed = await land(pass, doors, signal);
    const {outcome, counts, manifest} = landed;
    tellEnd(pass, {outcome, counts, seconds: seconds(), ...(manifest && {load: manifest.loadId})}, doors);
    tellOddities(pass, landed, doors);
    return {outcome, ...(manifest && {manifest})};
  } catch (thrown) {
    const error = asSyncError(thrown);
    const outcome = outcomeOf(error, pass);
    tellEnd(pass, {outcome, counts: nothing, seconds: seconds(), reason: error.message}, doors);
    return {outcome, error};
  }
}

/** What a tenant never had is skipped and said; what it had and lost is a failure. */
function outcomeOf(error: SyncError, pass: Pass): PassOutcome {
  const unlicensed = error.kind === 'permission' || error.kind === 'absent';
  if (unlicensed && !pass.previous) return 'skipped';
  return error.exitCode === 3 ? 'partial' : 'failed';
}

interface End {
  readonly outcome: PassOutcome;
  readonly counts: PassCounts;
  readonly seconds: number;
  readonly load?: LoadId;
  readonly reason?: string;
}

function tellEnd({company, resource, slice}: Pass, end: End, doors: Doors): void {
  doors.events({event: 'pass ended', company: company.id, resource: resource.name, slice, ...end});
}

function tellOddities({company, resource}: Pass, {outcome, stampedAhead, rejected}: Landed, {events}: Doors): void {
  const whose = `${resource.name} of ${company.id}`;
  const note = (message: string, more: Facts = {}): void =>
    events({event: 'note', message, facts: {company: company.id, resource: resource.name, ...more}});
  if (outcome === 'empty') note(`${whose} is empty: true of a new company, or a right is missing`);
  if (rejected > 0 && outcome === 'landed') {
    note(`${rejected} records or lines of ${whose} were refused: control.reject has them, with why`, {
      refused: rejected,
    });
  }
  if (stampedAhead > 0) {
    note(`${stampedAhead} records of ${whose} are stamped in the future`, {records: stampedAhead});
  }
}
