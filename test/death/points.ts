import {Chance} from '../sim/visma/chance.ts';
import {conflictsAt, faultsAnywhere} from './faults.ts';
import {hasEffect, type Passed} from './gate.ts';

/** What befalls a run at one of its requests. */
export type Blow = 'killed before' | 'killed after' | 'answer lost after' | `${string} at`;

export interface Point {
  /** The request, from 1. */
  readonly nth: number;
  readonly blow: Blow;
  readonly label: string;
  /** Draws for what is left open: how the next run comes about. */
  readonly draw: number;
}

/** What follows the blow: one of so many sequences of runs. */
export const sequels = [
  'the next run meets the lease',
  'the next run comes when the lease has run out',
  'a commit by hand comes first',
] as const;
export type Sequel = (typeof sequels)[number];

export const sequelOf = ({draw}: Point): Sequel => sequels[draw % sequels.length] ?? sequels[0];

/** `killed after 165: workspace MERGE INTO main.visma_control.load; a commit by hand comes first`. */
export const nameOf = (point: Point): string =>
  `${point.blow} ${point.nth}: ${point.label.replace(/ AS t$/, '').trim()}; ${sequelOf(point)}`;

/** Of how many one is taken; 1 takes all. */
export interface Shares {
  readonly killedBefore: number;
  readonly killedAfter: number;
  readonly lost: number;
  /** Of each of these three, at requests of which nothing comes that outlives them. */
  readonly looking: number;
  readonly fault: number;
  /** Of the statements that write. */
  readonly conflict: number;
}

/** The points of a run that passed these requests: by the seed, the same each time. */
export function pointsOf(passed: readonly Passed[], {seed, shares}: {seed: number; shares: Shares}): readonly Point[] {
  const chance = new Chance(seed, 'points');
  return passed.flatMap((request, place): readonly Point[] => {
    const {label} = request;
    const at = (blow: Blow): Point => ({nth: place + 1, blow, label, draw: chance.whole(0, 999_999)});
    const taken = (oneOf: number): boolean => chance.whole(1, oneOf) === 1;
    const {killedBefore, killedAfter, lost, looking} = shares;
    const shareOf = hasEffect(request)
      ? {'killed before': killedBefore, 'killed after': killedAfter, 'answer lost after': lost}
      : {'killed before': looking, 'killed after': looking, 'answer lost after': looking};
    const deaths = (Object.keys(shareOf) as (keyof typeof shareOf)[]).filter(blow => taken(shareOf[blow]));
    const faults: readonly Blow[] = taken(shares.fault) ? [`${chance.pick(faultsAnywhere)} at`] : [];
    const conflicts = conflictsAt(request);
    const conflict: readonly Blow[] =
      conflicts.length > 0 && taken(shares.conflict) ? [`${chance.pick(conflicts)} at`] : [];
    return [...deaths, ...faults, ...conflict].map(at);
  });
}
