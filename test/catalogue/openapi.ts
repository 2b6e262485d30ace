import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {pathOf, sqlType} from '../../src/model/column.ts';
import type {Resource} from '../../src/model/resource.ts';
import type {Table} from '../../src/model/table.ts';

/*
 * What Visma describes of its lists: a cut of its OpenAPI file. Every list endpoint stands in it by its path, those
 * that the catalogue covers with their parameters and records, and the paths of one record of these.
 */

export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly $ref?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly parameters: ReadonlyArray<{readonly name: string; readonly required?: boolean}>;
  readonly responses: {readonly '200': {readonly content: {readonly 'application/json': {readonly schema: Schema}}}};
}

const api: {
  readonly paths: Readonly<Record<string, {readonly get: Partial<Operation>}>>;
  readonly components: {readonly schemas: Readonly<Record<string, Schema>>};
} = JSON.parse(readFileSync(new URL('../fixtures/visma-openapi.json', import.meta.url), 'utf8'));

const paths = Object.keys(api.paths);
export const listPaths: readonly string[] = paths.filter(path => !path.includes('{'));
export const recordPaths: readonly string[] = paths.filter(path => path.includes('{'));

export function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  if (name === undefined) return schema;
  const target = api.components.schemas[name];
  assert.ok(target, `the fixture lacks ${name}`);
  return target;
}

function operationAt(path: string): Operation {
  const {parameters, responses} = api.paths[path]?.get ?? {};
  assert.ok(parameters && responses, `${path} is no endpoint, or the fixture lacks its parameters`);
  return {parameters, responses};
}

const answerAt = (path: string): Schema =>
  resolved(operationAt(path).responses['200'].content['application/json'].schema);

/** The path that says everything of a record: the list's own, or that of one record where the list is one of ids. */
const describedAt = ({endpoint, reading}: Resource): string =>
  reading.kind === 'snapshot' && reading.each !== undefined
    ? reading.each.replace(/\{\w+\}/, '{dimensionId}')
    : endpoint;

export const parametersOf = (resource: Resource): readonly string[] =>
  operationAt(describedAt(resource)).parameters.map(({name}) => name);

export const requiredParametersOf = (resource: Resource): readonly string[] =>
  operationAt(resource.endpoint).parameters.flatMap(({name, required}) => (required ? [name] : []));

export const isEnvelope = ({endpoint}: Resource): boolean => answerAt(endpoint).properties?.['records'] !== undefined;

export const recordSchema = (resource: Resource): Schema => recordSchemaAt(describedAt(resource));

export function recordSchemaAt(path: string): Schema {
  const answer = answerAt(path);
  const records = answer.items ?? answer.properties?.['records']?.items;
  return records ? resolved(records) : answer;
}

/** The type that a scalar of the schema is kept as, by its name and its form. */
function expectedType(name: string, {type, format}: Schema): string {
  if (type === 'number') return /rate(?:Reciprocal)?$/i.test(name) ? 'DECIMAL(38,18)' : 'DECIMAL(38,10)';
  if (type === 'integer') return 'BIGINT';
  if (type === 'boolean') return 'BOOLEAN';
  if (format === 'date-time') return /DateTime|lastModified|Utc/.test(name) ? 'TIMESTAMP_NTZ' : 'DATE';
  return 'STRING';
}

/** Every scalar of a schema as `path: TYPE`, objects entered, arrays and paging metadata left out. */
export function scalars(schema: Schema, prefix = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const inner = resolved(property);
    if (name === 'metadata' || inner.type === 'array') return [];
    if (inner.properties) return scalars(inner, `${prefix}${name}.`);
    return [`${prefix}${name}: ${expectedType(name, inner)}`];
  });
}

export const scalarPaths = (schema: Schema): string[] => scalars(schema).map(scalar => scalar.split(':')[0] ?? '');

/** The arrays of objects that stand directly in a record. */
export function arrays(schema: Schema): Array<[string, Schema]> {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]): Array<[string, Schema]> => {
    const inner = resolved(property);
    const item = inner.items && resolved(inner.items);
    return inner.type === 'array' && item?.properties ? [[name, item]] : [];
  });
}

/** The arrays of a record that have a table: those directly in it, and those in the objects that a child names. */
export function arraysOf(resource: Resource): ReadonlyMap<string, Schema> {
  const direct = new Map(arrays(recordSchema(resource)));
  const inner = resource.children.flatMap(({outer}) => arrays(direct.get(outer?.property ?? '') ?? {}));
  return new Map([...direct, ...inner]);
}

/** The business columns of a table as `path: TYPE`. */
export const kept = (table: Table): string[] =>
  table.schema.fields.map(field => `${pathOf(field).join('.')}: ${sqlType(field.type)}`);
