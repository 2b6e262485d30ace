import type {Doors} from '../doors.ts';
import {lostRight} from '../land/walking.ts';
import type {SweepGuard} from './guard.ts';
import type {KeyComparison} from './key-comparison.ts';
import type {MissingKeys} from './missing-keys.ts';
import {sweepPeriods} from './portions.ts';
import {type Answers, type PathProofs, proveGone} from './proof.ts';
import {type Walked, type Walking, walkPortion} from './walk.ts';

/** What the portions of one company share in a run. */
export interface CompanySweep {
  readonly missing: MissingKeys;
  readonly paths: PathProofs;
  readonly guard: SweepGuard;
}

/**
 * Sweeps one portion: walks it whole, lands what the table lacks or holds otherwise, notes what Visma no longer lists,
 * and proves what an earlier sweep had missed already.
 * @throws SyncError `incomplete` where the list is empty and rows are held, or whatever reading throws
 */
export async function sweepPortion(
  place: Omit<Walking, 'held'>,
  company: CompanySweep,
  doors: Doors,
  signal?: AbortSignal,
): Promise<void> {
  const {sweep, portion} = place;
  const {resource, tip} = sweep.chain;
  const begunAt = doors.clock.now();
  const named = portion.period === sweepPeriods.whole ? {} : {period: portion.period};
  const held = await doors.warehouse.readKeys({resource, companyId: tip.companyId, slice: tip.slice, ...named}, signal);
  const walking = {...place, held};
  const walked = await walkForNews(walking, doors, signal);
  const {comparison} = walked;
  if (comparison.sample !== undefined) company.paths.show(sweep.chain, comparison.sample);
  if (comparison.shown === 0 && comparison.live > 0) await judgeEmpty(walking, comparison, doors, signal);

  if (comparison.keyless > 0) {
    const message = `${comparison.keyless} records of ${resource.name} of ${tip.companyId} have no usable key`;
    doors.events({event: 'note', message, facts: {company: tip.companyId, resource: resource.name}});
  }

  for (const recordId of company.missing.of(resource.name)) {
    if (comparison.isSettled(recordId)) company.missing.clear(resource.name, recordId);
  }
  const {missing} = comparison;
  const candidates = missing.filter(recordId => company.missing.miss(resource.name, recordId));
  company.guard.count(portion, {live: comparison.live, candidates: candidates.length});
  if (candidates.length > 0 && company.guard.allows(resource.name)) {
    await settleCandidates(candidates, {walking, walked, company}, doors, signal);
  }
  const {shown: keys, lacking, differing, unexpected} = comparison;
  sweep.complete(portion, {keys, lacking, differing, missing: missing.length, unexpected}, begunAt);
}

/** Where the list of headers is another, cheaper one, it is walked first, and the whole one only for what it shows. */
async function walkForNews(walking: Walking, doors: Doors, signal?: AbortSignal): Promise<Walked> {
  if (walking.sweep.chain.resource.headers === undefined) {
    return walkPortion(walking, {keysOnly: false, lands: true}, doors, signal);
  }
  const headers = await walkPortion(walking, {keysOnly: true, lands: false}, doors, signal);
  const {lacking, differing} = headers.comparison;
  return lacking + differing > 0 ? walkPortion(walking, {keysOnly: false, lands: true}, doors, signal) : headers;
}

/** Found by itself is found: what was landed and what was asked for is missing no more. */
async function settleCandidates(
  candidates: readonly string[],
  {walking, walked, company}: {walking: Walking; walked: Walked; company: CompanySweep},
  doors: Doors,
  signal?: AbortSignal,
): Promise<void> {
  const {sweep} = walking;
  const {resource} = sweep.chain;
  const answers: Answers = {proved: [], moved: [], unasked: []};
  try {
    const third = await proveGone(candidates, {walking, paths: company.paths, answers}, doors, signal);
    for (const recordId of answers.unasked) {
      if (third?.comparison.isSettled(recordId)) company.missing.clear(resource.name, recordId);
    }
  } finally {
    // What was answered stands, also where the rate window ended in between.
    sweep.prove(answers.proved);
    const records = answers.moved.map(({record}) => record);
    for (const {recordId} of answers.moved) company.missing.clear(resource.name, recordId);
    const news = records.filter(record => walked.comparison.differs(record));
    const page = {records: news, servedAt: walked.servedAt, number: 1, size: news.length, last: true};
    await sweep.land(page, signal);
  }
}

/**
 * `200 []` may be a lost right. An empty part of a list that has other parts is a part whose records are gone; an empty
 * list marks nothing, and notes nothing as missing.
 */
async function judgeEmpty(
  {sweep, portion}: Walking,
  {live}: KeyComparison,
  doors: Doors,
  signal?: AbortSignal,
): Promise<void> {
  if (portion.period !== sweepPeriods.whole) {
    const {total, came} = await doors.source.count(sweep.pass, signal);
    if ((total ?? came) > 0) return;
  }
  throw lostRight(sweep.pass, live);
}
