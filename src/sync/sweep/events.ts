import type {JsonObject} from '../../base/exact-json.ts';
import type {PassOutcome} from '../../model/events.ts';
import type {Doors} from '../doors.ts';
import type {ChainSweep} from './chain.ts';

/** What a sweep of one chain showed, as a row for the report. */
export function detailOf({chain, tally, completed, left}: ChainSweep): JsonObject {
  const {keys, lacking, differing, missing, marked} = tally;
  const place = {company: chain.company.id, resource: chain.resource.name, slice: chain.tip.slice};
  return {...place, swept: completed, left, keys, lacking, differing, missing, marked};
}

/** Tells how the sweep of one chain ended, and what a person should know of it. */
export function tellChain(sweep: ChainSweep, doors: Doors): void {
  const {events} = doors;
  const {chain, counts, tally, seconds, odd} = sweep;
  const place = {company: chain.company.id, resource: chain.resource.name, slice: chain.tip.slice};
  const {landed, refused, unfit, absentArrays} = counts;
  const read = Math.max(tally.keys, landed + refused);
  const outcome = outcomeOf(sweep);
  // What is as it was held is, to this pass, what came once more.
  events({
    event: 'pass ended',
    ...place,
    outcome,
    counts: {
      ...{read, landed, refused, repeated: read - landed - refused},
      ...(unfit !== undefined && {unfit}),
      ...(absentArrays !== undefined && {absentArrays}),
    },
    seconds,
  });
  const note = (message: string): void => events({event: 'note', message, facts: {...place, ...tally}});
  const whose = `${chain.resource.name}${chain.tip.slice === '' ? '' : ` (${chain.tip.slice})`} of ${chain.company.id}`;
  const {lacking, differing, missing, marked} = tally;
  if (lacking + differing > 0) {
    note(`a sweep of ${whose} found ${lacking} records lacking and ${differing} differing: they were read`);
  }
  if (missing > marked) note(`${missing - marked} keys of ${whose} are missing in Visma and not yet proved gone`);
  if (marked > 0) note(`${marked} records of ${whose} are gone in Visma and marked`);
  odd.report({company: place.company, resource: place.resource, isNews: true}, doors);
}

function outcomeOf({counts, tally, left}: ChainSweep): PassOutcome {
  if (left > 0) return 'partial';
  return counts.landed + tally.marked > 0 ? 'landed' : 'quiet';
}
