import {SyncError} from '../base/errors.ts';
import {resources as catalogue} from '../catalogue/catalogue.ts';
import type {Resource} from '../model/resource.ts';
import type {Config, ConfiguredCompany} from './settings.ts';

const everything = 'all';
export const resourceNames: readonly string[] = catalogue.map(resource => resource.name);
const groupNames: readonly string[] = [...new Set(catalogue.flatMap(resource => resource.groups))].sort();

/** Every word that names resources: `all`, the groups, the resources themselves. */
export const selectors: readonly string[] = [everything, ...groupNames, ...resourceNames];

/** The resources of these words, in the catalogue's order. */
export function resourcesOf(words: readonly string[]): readonly Resource[] {
  const wanted = new Set(words);
  return catalogue.filter(
    ({name, groups}) => wanted.has(everything) || wanted.has(name) || groups.some(group => wanted.has(group)),
  );
}

/**
 * Splits a text at commas and spaces. A known name is taken whole where it stands, the longest first, for the id of a
 * company may hold commas and spaces itself.
 */
export function splitNames(text: string, known: readonly string[]): readonly string[] {
  const longestFirst = [...known].sort((a, b) => b.length - a.length);
  const names: string[] = [];
  let rest = text;
  while (rest !== '') {
    const name = longestFirst.find(one => rest.startsWith(one) && /^(?:[\s,]|$)/.test(rest.slice(one.length)));
    const taken = name ?? /^[^\s,]*/.exec(rest)?.[0] ?? '';
    if (taken !== '') names.push(taken);
    rest = rest.slice(Math.max(taken.length, 1));
  }
  return names;
}

/**
 * The resources of a run, in the catalogue's order: those of the configuration, narrowed by a text of resource names
 * and groups. Throws `usage` naming every word that is unknown or that leaves nothing.
 */
export function selectResources(config: Config, narrowing = ''): readonly Resource[] {
  const words = splitNames(narrowing, selectors);
  const configured = config.sync.resources;
  if (words.length === 0) return configured;
  complainOfUnknown('resource', {words, known: selectors});
  const left = words.filter(word => !resourcesOf([word]).some(resource => configured.includes(resource)));
  if (left.length > 0) {
    throw new SyncError('usage', `sync.resources of the configuration leaves out: ${left.join(', ')}`, {
      hint: `Add it to sync.resources, or choose among ${configured.map(resource => resource.name).join(', ')}.`,
    });
  }
  return resourcesOf(words).filter(resource => configured.includes(resource));
}

/**
 * The companies of a run, in the configuration's order, narrowed by a text of ids. Throws `usage` naming every id that
 * is unknown.
 */
export function selectCompanies(config: Config, narrowing = ''): readonly ConfiguredCompany[] {
  const {companies} = config.visma;
  const known = companies.map(company => company.id);
  const words = splitNames(narrowing, known);
  if (words.length === 0) return companies;
  complainOfUnknown('company', {words, known});
  return companies.filter(company => words.includes(company.id));
}

function complainOfUnknown(what: string, {words, known}: {words: readonly string[]; known: readonly string[]}): void {
  const unknown = words.filter(word => !known.includes(word));
  if (unknown.length === 0) return;
  throw new SyncError('usage', `no ${what} of the name: ${unknown.join(', ')}`, {
    hint: `Known are ${known.join(', ')}.`,
  });
}
