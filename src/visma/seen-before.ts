import type {Pass} from '../model/pass.ts';
import {askedBy, isDelta} from './list-query.ts';

/** What the reads of odd lists brought in this run. A list that brings the same again is how it is. */
export class SeenBefore {
  readonly #digests = new Map<string, Set<string>>();

  /** Notes what a read brought. True if an earlier read of the same list brought the same records. */
  cameBefore(pass: Pass, digest: string): boolean {
    const place = placeOf(pass);
    const known = this.#digests.get(place) ?? new Set();
    this.#digests.set(place, known);
    const came = known.has(digest);
    known.add(digest);
    return came;
  }
}

function placeOf(pass: Pass): string {
  const {company, resource, portion, keysOnly = false} = pass;
  const since = isDelta(pass) ? pass.since : undefined;
  const part = portion?.kind === 'pages' ? {page: portion.page} : portion;
  return JSON.stringify([company.id, resource.name, askedBy(pass), since, part, keysOnly]);
}
