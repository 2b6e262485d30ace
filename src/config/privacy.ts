import {Secret} from '../base/secret.ts';
import {resources as catalogue} from '../catalogue/catalogue.ts';
import {
  arraysAbove,
  type ConfiguredRule,
  type PlacedColumn,
  placedColumns,
  placeOf,
  saltLengthMin,
  saltVariable,
} from '../model/privacy.ts';
import type {Resource} from '../model/resource.ts';
import {type Section, type Value, valueAt} from './document.ts';
import type {Environment} from './environment.ts';
import {type Path, type Problem, spelled} from './problem.ts';

/** The salt that the environment holds; an empty one counts as not given. */
export function saltIn(environment: Environment): Secret | undefined {
  const value = environment[saltVariable];
  return value ? new Secret(value) : undefined;
}

/** The resource's column that a rule names: by its name alone, or as `<table of lines>.<column>`. */
function columnNamed(resource: Resource, written: string): PlacedColumn | undefined {
  const dot = written.lastIndexOf('.');
  const table = dot < 0 ? resource.table.name : written.slice(0, dot);
  const name = written.slice(dot + 1);
  return placedColumns(resource).find(each => each.table === table && each.column === name);
}

/** One rule as the file has it, for each of its columns. */
export function rulesOf(written: {
  readonly resource: string;
  readonly columns: readonly string[];
  readonly rule: ConfiguredRule['rule'];
}): readonly ConfiguredRule[] {
  const resource = catalogue.find(each => each.name === written.resource);
  if (!resource) return [];
  const columns = written.columns.map(column => columnNamed(resource, column)).filter(column => column !== undefined);
  return columns.map(({table, column}) => ({resource: resource.name, table, column, rule: written.rule}));
}

/** What is wrong with the rules beyond their form. Looked at beside the schema, as are other contradictions. */
export function privacyComplaints(values: Section, environment: Environment): readonly Problem[] {
  const salt = saltIn(environment);
  const rules = valueAt(values, ['privacy']);
  const named = Array.isArray(rules) ? rules.flatMap(namedBy) : [];
  const unsalted = (Array.isArray(rules) ? rules : []).flatMap((rule: Value, index): Problem[] => {
    const asksForSalt = salt === undefined && valueAt(rule, ['rule']) === 'hash';
    return asksForSalt ? [{path: ['privacy', index, 'rule'], message: lacksSalt}] : [];
  });
  return [
    ...(salt && salt.reveal().length < saltLengthMin ? [{path: ['privacy'], message: shortSalt}] : []),
    ...unsalted,
    ...named.flatMap(unfit),
    ...named.flatMap((each, index) => contradicted(each, named.slice(0, index))),
  ];
}

const lacksSalt =
  `needs a salt: set the environment variable ${saltVariable} to ${saltLengthMin} random characters or more, ` +
  'the same in every run, or write drop';
const shortSalt = `the environment variable ${saltVariable} is shorter than ${saltLengthMin} characters; take more`;

/** A column that a rule names, with what it is. */
interface Named {
  readonly path: Path;
  readonly rule: Value;
  readonly resource: Resource;
  readonly column: PlacedColumn | undefined;
}

function namedBy(written: Value, index: number): readonly Named[] {
  const resource = catalogue.find(each => each.name === valueAt(written, ['resource']));
  const columns = valueAt(written, ['columns']);
  if (!resource || !Array.isArray(columns)) return [];
  return columns.flatMap((name: Value, at) => {
    if (typeof name !== 'string') return [];
    const column = columnNamed(resource, name);
    return [{path: ['privacy', index, 'columns', at], rule: valueAt(written, ['rule']), resource, column}];
  });
}

function unfit({path, rule, resource, column}: Named): readonly Problem[] {
  if (!column) return [{path, message: unknownColumn(resource)}];
  if (rule !== 'drop' && rule !== 'hash') return [];
  if (neededPlaces(resource).has(column.place)) {
    return [{path, message: 'is part of a key, or what the sync itself goes by; it cannot be protected'}];
  }
  if (rule === 'hash' && !column.isText) return [{path, message: 'is no text, and only texts are hashed; write drop'}];
  return [];
}

const unknownColumn = ({name, children}: Resource): string => {
  const lines = children.map(child => `${child.table.name}.<column>`);
  const more = lines.length > 0 ? `, ${lines.join(', ')}` : '';
  return `is no column that comes from Visma; write the name of a column of ${name}${more}`;
};

/** Two columns may show one value: it is protected, or it is not. */
function contradicted({path, rule, resource, column}: Named, before: readonly Named[]): readonly Problem[] {
  const other = before.find(
    each => each.resource === resource && column !== undefined && each.column?.place === column.place,
  );
  if (!other || other.rule === rule) return [];
  return [{path, message: `shows the same value as ${spelled(other.path)}, which has another rule; give them one`}];
}

/** What makes keys, windows, chains and sweeps: protected, nothing would find its rows again. */
function neededPlaces({key, stamp, internalId, periods, children, ...resource}: Resource): ReadonlySet<string> {
  const period = resource.table.schema.fields.find(field => field.name === periods?.column);
  const own = [...key, stamp, internalId, 'timeStamp', period?.metadata.get('path')];
  const lines = children.flatMap(child => {
    const {number, outer} = child;
    const inner = number === undefined ? [] : [`${placeOf(arraysAbove(child))}.${number}`];
    return outer ? [...inner, `${outer.property}[].${outer.number}`] : inner;
  });
  return new Set([...own.filter(path => path !== undefined), ...lines]);
}
