import type {SweepRecord} from '../model/key-register.ts';
import type {Checkpoint, Cursor, Resume} from '../model/load.ts';
import {sweepPeriods} from './sweep/portions.ts';

/**
 * How far what is held of a list may be trusted, in words: *provisional* until a sweep has agreed, for pages may have
 * moved while they were read; of a first load that is not done, how far it has come.
 */
export function standingOf({resume, provisional}: Cursor): string {
  if (resume) return `first load: ${comeSoFar(resume)}`;
  return provisional === true ? 'provisional' : 'proven';
}

function comeSoFar({next, total}: Resume): string {
  if ('periods' in next) return `${next.periods.length} periods done, of ${total} records in all`;
  return `${next.page - 1} of ${Math.ceil(total / next.size)} pages done`;
}

/** When a chain was swept last, whole or the last of its portions; undefined where it never was. */
export function lastSwept({companyId, resource, slice}: Checkpoint, sweeps: readonly SweepRecord[]): Date | undefined {
  const isSweep = ({period}: SweepRecord): boolean =>
    period !== sweepPeriods.firstLoad && period !== sweepPeriods.cycle;
  const own = sweeps.filter(
    sweep => sweep.companyId === companyId && sweep.resource === resource && sweep.slice === slice && isSweep(sweep),
  );
  return own.map(({sweptAt}) => sweptAt).toSorted((a, b) => b.getTime() - a.getTime())[0];
}
