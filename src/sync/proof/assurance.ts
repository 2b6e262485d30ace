import type {Checkpoint, Manifest} from '../../model/load.ts';
import {chainKey} from '../chains.ts';
import type {Doors} from '../doors.ts';
import {type ReadEnd, readAll} from '../land/passes.ts';
import {fromTables, type Held, type Start, tipsIn} from '../start/start.ts';

/** What was read, and from where. */
export interface Read {
  readonly start: Start;
  readonly read: ReadEnd;
}

/** Reads everything in scope, from where each chain has come to. */
export const readFrom = (start: Start, doors: Doors, signal?: AbortSignal): Promise<ReadEnd> =>
  readAll({...start.run, tips: tipsIn(start, doors), lost: new Set(start.lost.map(chainKey))}, doors, signal);

/**
 * Before anything is committed: what was read from the mirror is held against the tables, and every pass whose start
 * the checkpoints do not bear out is read again from theirs, whether it landed anything or was quiet.
 */
export async function makeSure({start, read}: Read, doors: Doors, signal?: AbortSignal): Promise<Read> {
  if (start.from === 'tables') return {start, read};
  const sure = await fromTables(start.run, doors, signal);
  const truth = {...sure, held: without(read.landed, sure.held)};
  const mistaken = mistakenPasses(start.held.checkpoints, truth);
  const members = new Set(sure.run.scope.companies.map(({id}) => id));
  const isMistaken = (pass: Pass): boolean => mistaken.has(passKey(pass)) || !members.has(pass.companyId);
  for (const load of read.landed.filter(isMistaken)) await discard(load, start, doors);
  const again = await readThese(mistaken, truth, doors, signal);
  return {
    start: sure,
    read: {
      landed: [...read.landed.filter(load => !isMistaken(load)), ...again.flatMap(({landed}) => landed)],
      errors: [...read.errors, ...again.flatMap(({errors}) => errors)],
      done: [...read.done.filter(pass => !isMistaken(pass)), ...again.flatMap(({done}) => done)],
    },
  };
}

type Pass = Pick<Checkpoint, 'companyId' | 'resource'>;

const passKey = ({companyId, resource}: Pass): string => JSON.stringify([companyId, resource]);

/** What this run has landed itself is no place where it began. */
function without(landed: readonly Manifest[], {pending, ...held}: Held): Held {
  const own = new Set(landed.map(({loadId}) => loadId));
  return {...held, pending: {...pending, loads: pending.loads.filter(({loadId}) => !own.has(loadId))}};
}

/** Companies' resources with a chain that began elsewhere than the tables say, or whose rows are lost. */
function mistakenPasses(believed: readonly Checkpoint[], {held, lost}: Start): ReadonlySet<string> {
  const used = new Map(believed.map(checkpoint => [chainKey(checkpoint), checkpoint]));
  const settled = new Map(held.checkpoints.map(checkpoint => [chainKey(checkpoint), checkpoint]));
  const differing = [...new Map([...used, ...settled])]
    .filter(([key]) => placeIn(used.get(key)) !== placeIn(settled.get(key)))
    .map(([, checkpoint]) => checkpoint);
  return new Set([...differing, ...lost].map(passKey));
}

/** All of a checkpoint that decides where and how the next pass reads. */
function placeIn(checkpoint: Checkpoint | undefined): string | undefined {
  if (!checkpoint) return undefined;
  const {sequence, loadId, cursor} = checkpoint;
  const {watermark, nextSince, tailDigest, tailRows, resume} = cursor;
  return JSON.stringify([sequence, loadId, watermark, nextSince, tailDigest, tailRows, resume]);
}

/** It lies in the volume until it is discarded, and would wait for a commit. */
async function discard({resource: name, loadId}: Manifest, {run}: Start, {landing}: Doors): Promise<void> {
  const resource = run.scope.resources.find(each => each.name === name);
  if (resource) await landing.discard(resource, loadId);
}

async function readThese(
  passes: ReadonlySet<string>,
  start: Start,
  doors: Doors,
  signal?: AbortSignal,
): Promise<readonly ReadEnd[]> {
  const {scope} = start.run;
  const ends: ReadEnd[] = [];
  for (const company of scope.companies) {
    const resources = scope.resources.filter(({name}) => passes.has(passKey({companyId: company.id, resource: name})));
    if (resources.length === 0) continue;
    const run = {...start.run, scope: {...scope, companies: [company], resources}};
    ends.push(await readFrom({...start, run}, doors, signal));
  }
  return ends;
}
