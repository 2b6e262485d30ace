import {createHmac, hash} from 'node:crypto';
import {isJsonObject, parseExactJson} from '../base/exact-json.ts';
import type {Secret} from '../base/secret.ts';
import type {Checkpoint, Cursor, Manifest} from '../model/load.ts';
import type {ResourceName} from '../model/names.ts';
import type {HeldRules, PrivacyChange} from '../model/ports.ts';
import {type Privacy, type ProtectedColumn, protectedColumns} from '../model/privacy.ts';
import type {Resource} from '../model/resource.ts';

/** The rules that hold for one resource in this run. */
export interface EffectiveRules extends HeldRules {
  readonly columns: readonly ProtectedColumn[];
}

export function effectiveRules(resource: Resource, privacy: Privacy): EffectiveRules {
  const columns = protectedColumns(resource, privacy);
  // By place, and not by column: a new column that shows a protected value changes nothing.
  const places = new Map(columns.map(({place, protection}) => [place, protection]));
  const sorted = [...places].sort(([one], [other]) => (one < other ? -1 : 1));
  const isHashed = sorted.some(([, protection]) => protection === 'hash');
  const salt = isHashed && privacy.salt ? saltPrint(privacy.salt) : null;
  const rules = JSON.stringify({protected: Object.fromEntries(sorted), salt});
  const fingerprint = sorted.length === 0 ? '' : hash('sha256', JSON.stringify([sorted, salt]), 'hex').slice(0, 32);
  return {resource: resource.name, fingerprint, rules, columns};
}

/** Tells one salt from another, and nothing else of it. */
const saltPrint = (salt: Secret): string =>
  createHmac('sha256', salt.reveal()).update('visma-databricks: which salt').digest('hex').slice(0, 16);

/** The resources whose rules differ from those that are noted, with what has to go from rows that are held. */
export function changesOf(
  resources: readonly Resource[],
  {privacy, held}: {readonly privacy: Privacy; readonly held: readonly HeldRules[]},
): readonly PrivacyChange[] {
  const notes = new Map(held.map(rules => [rules.resource, rules]));
  return resources.flatMap(resource => {
    const now = effectiveRules(resource, privacy);
    const before = notes.get(resource.name);
    if ((before?.fingerprint ?? '') === now.fingerprint) return [];
    return [{resource, newly: newlyProtected(now, before)}];
  });
}

/**
 * What is protected otherwise than before. What was dropped is gone already; a hash by another salt has to go too, for
 * equal values would have unequal hashes in rows that are not read again.
 */
function newlyProtected(now: EffectiveRules, before: HeldRules | undefined): readonly ProtectedColumn[] {
  const former = before ? readRules(before.rules) : {places: new Map<string, unknown>(), salt: null};
  const sameSalt = former.salt === readRules(now.rules).salt;
  return now.columns.filter(({place, protection}) => {
    const was = former.places.get(place);
    return was !== 'drop' && (was !== protection || !sameSalt);
  });
}

/** What can't be read counts as no protection: then everything goes. */
function readRules(rules: string): {readonly places: ReadonlyMap<string, unknown>; readonly salt: unknown} {
  const nothing = {places: new Map<string, unknown>(), salt: null};
  try {
    const parsed = parseExactJson(rules);
    if (!isJsonObject(parsed) || !isJsonObject(parsed['protected'])) return nothing;
    return {places: new Map(Object.entries(parsed['protected'])), salt: parsed['salt']};
  } catch {
    return nothing;
  }
}

/** The loads that were made under the rules of this run; what was made under others must not be merged. */
export function underRules(
  loads: readonly Manifest[],
  {resources, privacy}: {readonly resources: readonly Resource[]; readonly privacy: Privacy},
): {readonly own: readonly Manifest[]; readonly others: readonly Manifest[]} {
  const prints = new Map<ResourceName, string>(
    resources.map(resource => [resource.name, effectiveRules(resource, privacy).fingerprint]),
  );
  const isOwn = (load: Manifest): boolean => (prints.get(load.resource) ?? '') === (load.privacy ?? '');
  return {own: loads.filter(isOwn), others: loads.filter(load => !isOwn(load))};
}

/** Checkpoints as they are once the windows of these resources are forgotten: their next passes read everything. */
export const withoutWindows = (
  checkpoints: readonly Checkpoint[],
  changes: readonly PrivacyChange[],
): readonly Checkpoint[] => {
  const names = new Set(changes.map(({resource}) => resource.name));
  return checkpoints.map(each => (names.has(each.resource) ? {...each, cursor: windowless(each.cursor)} : each));
};

/** As the SQL of control.checkpoint does it: no tail has rows and an empty digest, so that no pass ends like it. */
function windowless({nextSince: _, resume: __, ...cursor}: Cursor): Cursor {
  return {...cursor, tailDigest: '', tailRows: Math.max(cursor.tailRows, cursor.rowsHeld ?? 0)};
}
