import type {JsonObject} from '../../base/exact-json.ts';
import type {CompanyResource} from '../../model/ports.ts';
import type {Doors} from '../doors.ts';
import type {Proved} from './chain.ts';
import {type Walked, type Walking, walkPortion} from './walk.ts';

/**
 * What a resource's own path can prove in one company and run. *finds*: it found a key that the list had just shown.
 * *blind*: it did not, so that its `not found` says nothing. *another*: it cannot name a record.
 */
export type PathProof = 'finds' | 'blind' | 'another';

/** Tries each company's resource once in a run, with a key that the list has just shown. */
export class PathProofs {
  readonly #doors: Doors;
  readonly #shown = new Map<string, string>();
  readonly #tried = new Map<string, PathProof>();

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** A walk has shown a key. */
  show(of: CompanyResource, recordId: string): void {
    this.#shown.set(keyOf(of), recordId);
  }

  /** Blind too where no list has shown anything that could be asked for. */
  async of(of: CompanyResource, signal?: AbortSignal): Promise<PathProof> {
    const key = keyOf(of);
    const shown = this.#shown.get(key);
    if (shown === undefined) return 'blind';
    const tried = this.#tried.get(key) ?? (await this.#try(of, shown, signal));
    this.#tried.set(key, tried);
    return tried;
  }

  async #try(of: CompanyResource, recordId: string, signal?: AbortSignal): Promise<PathProof> {
    const {kind} = await this.#doors.source.readOne({...of, recordId, sweeping: true}, signal);
    if (kind === 'absent') {
      const whose = `${of.resource.name} of ${of.company.id}`;
      const message = `the path of one record of ${whose} does not find what the list shows: it proves nothing gone`;
      this.#doors.events({event: 'note', message, facts: {company: of.company.id, resource: of.resource.name}});
      return 'blind';
    }
    return kind === 'found' ? 'finds' : 'another';
  }
}

const keyOf = ({company, resource}: CompanyResource): string => JSON.stringify([company.id, resource.name]);

/** What asking for missing keys by themselves came to. Grows while they are asked for, so that no answer is lost. */
export interface Answers {
  readonly proved: Proved[];
  /** Records that are there after all: they moved to another portion. */
  readonly moved: {readonly recordId: string; readonly record: JsonObject}[];
  /** Keys that can't be asked for. */
  readonly unasked: string[];
}

/**
 * Asks for each key by itself where its path can tell; else a third reading of the portion, whole, has to lack it too,
 * and the list must not say that it shows less than there is.
 * Gives that reading, where there was one.
 */
export async function proveGone(
  candidates: readonly string[],
  {walking, paths, answers}: {walking: Walking; paths: PathProofs; answers: Answers},
  doors: Doors,
  signal?: AbortSignal,
): Promise<Walked | undefined> {
  const {company, resource} = walking.sweep.chain;
  const {period} = walking.portion;
  const path = await paths.of({company, resource}, signal);
  if (path === 'blind') return undefined;
  for (const recordId of path === 'finds' ? candidates : []) {
    const found = await doors.source.readOne({company, resource, recordId, sweeping: true}, signal);
    if (found.kind === 'absent') answers.proved.push({recordId, period, byItself: true});
    else if (found.kind === 'found') answers.moved.push({recordId, record: found.record});
    else answers.unasked.push(recordId);
  }
  if (path === 'another') answers.unasked.push(...candidates);
  if (answers.unasked.length === 0) return undefined;
  const keysOnly = resource.headers !== undefined;
  const third = await walkPortion(walking, {keysOnly, lands: false}, doors, signal);
  const {comparison} = third;
  const stillMissing = new Set(comparison.missing);
  for (const recordId of answers.unasked) {
    const isMissing = stillMissing.has(recordId) && !comparison.mayBeKeyless(recordId);
    if (isMissing && comparison.shown > 0 && !third.disputed) {
      answers.proved.push({recordId, period, byItself: false});
    }
  }
  return third;
}
