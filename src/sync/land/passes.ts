import {asSyncError, SyncError} from '../../base/errors.ts';
import type {PassOutcome} from '../../model/events.ts';
import type {Checkpoint, Manifest, PassCounts, PassKind} from '../../model/load.ts';
import {type LoadId, type RunId, type Slice, wholeResource} from '../../model/names.ts';
import type {Company, Pass} from '../../model/pass.ts';
import type {Resource} from '../../model/resource.ts';
import {type ChainKey, chainKey} from '../chains.ts';
import type {Doors, Scope} from '../doors.ts';
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
  const skipped: SyncError[] = [];
  let ended: SyncError | undefined;
  for (const resource of reading.scope.resources) {
    if (ended) {
      const whole = passOf({company, resource, slice: wholeResource}, reading);
      tellEnd(whole, {outcome: 'partial', counts: nothing, seconds: 0, reason: ended.message}, doors);
      continue;
    }
    const end = await readResource(company, resource, {reading, known: done.length > 0, doors}, signal);
    landed.push(...end.landed);
    errors.push(...end.errors);
    skipped.push(...end.skipped);
    if (end.errors.length + end.skipped.length === 0) done.push({companyId: company.id, resource: resource.name});
    ended = end.errors.find(({kind}) => endsCompany.has(kind));
  }
  const [first] = skipped;
  if (first && done.length + errors.length === 0) errors.push(nothingToRead(company, first));
  return {landed, errors, done};
}

interface ResourceEnd {
  readonly landed: readonly Manifest[];
  readonly errors: readonly SyncError[];
  readonly skipped: readonly SyncError[];
}

interface Known {
  readonly reading: Reading;
  /** Whether another list of the company has been read: then a fault tells of this list, not of the company. */
  readonly known: boolean;
  readonly doors: Doors;
}

/** One pass, or one for each slice. A slice that fails or is refused leaves the others to be read. */
async function readResource(
  company: Company,
  resource: Resource,
  {reading, known, doors}: Known,
  signal?: AbortSignal,
): Promise<ResourceEnd> {
  const landed: Manifest[] = [];
  const errors: SyncError[] = [];
  const skipped: SyncError[] = [];
  const slices = await slicesOf({company, resource}, reading, doors, signal);
  if (slices instanceof SyncError) return {landed, errors: [slices], skipped};
  for (const slice of slices) {
    const end = await readPass(passOf({company, resource, slice}, reading), {known, doors}, signal);
    landed.push(...end.manifests);
    if (!end.error) continue;
    (end.outcome === 'skipped' ? skipped : errors).push(end.error);
    if (endsCompany.has(end.error.kind) && end.outcome !== 'skipped') break;
  }
  return {landed, errors, skipped};
}

/** Where the slices can't be found out, none of them can be read, and the pass that could not begin is told. */
async function slicesOf(
  {company, resource}: {company: Company; resource: Resource},
  reading: Reading,
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly Slice[] | SyncError> {
  if (resource.slicing === undefined) return [wholeResource];
  try {
    return await doors.source.slices({company, resource}, signal);
  } catch (thrown) {
    const error = asSyncError(thrown);
    const pass = passOf({company, resource, slice: wholeResource}, reading);
    const outcome = error.exitCode === 3 ? 'partial' : 'failed';
    tellEnd(pass, {outcome, counts: nothing, seconds: 0, reason: error.message}, doors);
    return error;
  }
}

/** One list that is not offered is a licence; all of them are an address or a right. */
const nothingToRead = ({id}: Company, {kind, facts}: SyncError): SyncError =>
  new SyncError(kind, `nothing can be read of company ${id}: every list is refused or not found`, {
    hint: 'Check visma.api_url, the tenant_id of the company, and what the integration is approved for there.',
    facts: {...facts, company: id},
  });

interface Place {
  readonly company: Company;
  readonly resource: Resource;
  readonly slice: Slice;
}

/** The pass that comes next: a first load that is not done goes on, whatever its stretches have settled. */
export function passOf({company, resource, slice}: Place, {runId, tips, lost}: Omit<Reading, 'scope'>): Pass {
  const key = chainKey({companyId: company.id, resource: resource.name, slice});
  const tip = tips.get(key);
  const isLost = tip !== undefined && lost?.has(key) === true;
  const previous = isLost ? undefined : tip;
  const since = previous?.cursor.nextSince;
  return {
    runId,
    company,
    resource,
    slice,
    kind: isLost ? 'resync' : kindOf(resource, previous),
    sequence: (tip?.sequence ?? 0) + 1,
    ...(previous && {previous}),
    ...(since !== undefined && resource.reading.kind === 'delta' && {since}),
  };
}

/** Where stamps were seen and no window is left, it was forgotten on purpose: everything is read again. */
function kindOf({reading}: Resource, previous: Checkpoint | undefined): PassKind {
  if (!previous || previous.cursor.resume) return 'first';
  const {watermark, nextSince} = previous.cursor;
  return reading.kind === 'delta' && watermark !== undefined && nextSince === undefined ? 'resync' : reading.kind;
}

interface PassEnd {
  readonly outcome: PassOutcome;
  readonly manifests: readonly Manifest[];
  readonly error?: SyncError;
}

async function readPass(pass: Pass, {known, doors}: Omit<Known, 'reading'>, signal?: AbortSignal): Promise<PassEnd> {
  const begunMs = doors.clock.monotonicMs();
  const seconds = (): number => (doors.clock.monotonicMs() - begunMs) / 1000;
  try {
    const landed = await land(pass, doors, signal);
    const {outcome, counts, manifests, error} = landed;
    const load = manifests.at(-1)?.loadId;
    const told = {outcome, counts, seconds: seconds(), ...(load && {load}), ...(error && {reason: error.message})};
    tellEnd(pass, told, doors);
    tellOddities(pass, landed, doors);
    return {outcome, manifests, ...(error && {error})};
  } catch (thrown) {
    const error = asSyncError(thrown);
    const outcome = outcomeOf(error, {pass, known});
    tellEnd(pass, {outcome, counts: nothing, seconds: seconds(), reason: error.message}, doors);
    if (outcome === 'skipped') tellSkipped(pass, error, doors);
    return {outcome, manifests: [], error};
  }
}

/** What a tenant never had is skipped and said; what it had and lost is a failure. */
function outcomeOf(error: SyncError, place: {pass: Pass; known: boolean}): PassOutcome {
  if (isNotOffered(error, place)) return 'skipped';
  return error.exitCode === 3 ? 'partial' : 'failed';
}

/** A fault that speaks of a licence while other lists of the company answer is about this list alone. */
export function isNotOffered({kind, facts}: SyncError, {pass, known}: {pass: Pass; known: boolean}): boolean {
  const ofThisList = known && kind === 'credentials' && facts['fault'] !== undefined;
  return (kind === 'permission' || kind === 'absent' || ofThisList) && !pass.previous;
}

/** With its reason, once for each company and slice. */
function tellSkipped({company, resource, slice}: Pass, {facts, message}: SyncError, {events}: Doors): void {
  const {status, fault} = facts;
  const why = status === undefined ? message : `status ${status}${fault === undefined ? '' : `, fault ${fault}`}`;
  const name = slice === wholeResource ? resource.name : `${resource.name} (${slice})`;
  events({
    event: 'note',
    message: `${name} is not offered to ${company.id} and is left out: ${why}`,
    facts: {company: company.id, resource: resource.name},
  });
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

function tellOddities({company, resource, previous}: Pass, {outcome, odd}: Landed, doors: Doors): void {
  const place = {company: company.id, resource: resource.name};
  if (outcome === 'empty') {
    const message = `${resource.name} of ${company.id} is empty: true of a new company, or a right is missing`;
    doors.events({event: 'note', message, facts: place});
  }
  odd.report({...place, isNews: outcome !== 'quiet', isFirst: previous === undefined}, doors);
}
