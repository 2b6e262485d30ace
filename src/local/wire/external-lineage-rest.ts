import {type Body, checkFields, invalid, isBody, maskOf, pageOf, requiredText, textsIn} from './body-fields.ts';
import {answerJson, type Exchange, fits, RestError, readJson} from './exchange.ts';
import {heldObject, type MetadataObject} from './external-metadata-rest.ts';
import type {Journal} from './journal.ts';

/** One end of an edge: the local workspace knows tables and external metadata objects, no paths and no models. */
type End = {readonly table: {readonly name: string}} | {readonly external_metadata: {readonly name: string}};

interface Pair {
  readonly source: string;
  readonly target: string;
}

export interface LineageEdge {
  readonly id: string;
  readonly source: End;
  readonly target: End;
  readonly columns?: readonly Pair[];
  readonly properties?: Readonly<Record<string, string>>;
}

export interface LineageRestOptions {
  readonly objects: Journal<MetadataObject>;
  readonly edges: Journal<LineageEdge>;
  /** The names of a table's columns, in lower case. Throws 404 where it is not there. */
  readonly columnsOf: (table: string) => Promise<readonly string[]>;
  readonly newId: () => string;
}

const edgesMax = 100_000;

/** `/api/2.0/lineage-tracking/external-lineage`. False for any other path. */
export async function answerLineage(exchange: Exchange, options: LineageRestOptions): Promise<boolean> {
  if (!fits(exchange, 'api/2.0/lineage-tracking/external-lineage')) return false;
  const {method} = exchange;
  if (method === 'POST') answerJson(exchange, 200, await create(await readJson(exchange), options));
  else if (method === 'GET') answerJson(exchange, 200, list(exchange, options));
  else if (method === 'PATCH') answerJson(exchange, 200, await update(exchange, options));
  else if (method === 'DELETE') answerJson(exchange, 200, remove(exchange, options));
  else return false;
  return true;
}

export const hangsOn = (name: string, edges: Journal<LineageEdge>): boolean =>
  edges.values().some(({source, target}) => [source, target].some(end => keyOf(end) === `external_metadata:${name}`));

const keyOf = (end: End): string =>
  'table' in end ? `table:${end.table.name.toLowerCase()}` : `external_metadata:${end.external_metadata.name}`;

const edgeKey = ({source, target}: Pick<LineageEdge, 'source' | 'target'>): string =>
  `${keyOf(source)} ${keyOf(target)}`;

async function create(body: Body, options: LineageRestOptions): Promise<LineageEdge> {
  const {edges, newId} = options;
  const edge = {id: newId(), ...(await edgeIn(body, options))};
  const key = edgeKey(edge);
  if (edges.get(key)) throw new RestError(409, 'ALREADY_EXISTS', 'The external lineage relationship already exists.');
  if (edges.values().length >= edgesMax) {
    throw new RestError(400, 'RESOURCE_EXHAUSTED', `A metastore holds at most ${edgesMax} relationships`);
  }
  edges.set(key, edge);
  return edge;
}

async function edgeIn(body: Body, options: LineageRestOptions): Promise<Omit<LineageEdge, 'id'>> {
  checkFields(body, ['id', 'source', 'target', 'columns', 'properties']);
  const [source, target] = [endIn(body, 'source'), endIn(body, 'target')];
  if ('table' in source && 'table' in target) throw invalid('One end of an edge is an external metadata object');
  const [from, to] = [await columnsAt(source, options), await columnsAt(target, options)];
  const columns = pairsIn(body);
  for (const pair of columns ?? []) {
    if (!from.has(pair.source)) throw invalid(`The source has no column '${pair.source}'`);
    if (!to.has(pair.target)) throw invalid(`The target has no column '${pair.target}'`);
  }
  const properties = textsIn(body, 'properties');
  return {source, target, ...(columns && {columns}), ...(properties && {properties})};
}

function endIn(body: Body, which: 'source' | 'target'): End {
  const end = body[which];
  const kinds = isBody(end) ? Object.keys(end) : [];
  const [kind] = kinds;
  const named = isBody(end) && kind !== undefined ? end[kind] : undefined;
  if (kinds.length !== 1 || !isBody(named)) throw invalid(`Field '${which}' names one object`);
  checkFields(named, ['name']);
  const name = requiredText(named, 'name');
  if (kind === 'table') return {table: {name}};
  if (kind === 'external_metadata') return {external_metadata: {name: name.toLowerCase()}};
  throw invalid(`The local workspace draws edges of tables and external metadata objects, not of ${kind}`);
}

async function columnsAt(end: End, {objects, columnsOf}: LineageRestOptions): Promise<ReadonlySet<string>> {
  if ('table' in end) return new Set(await columnsOf(end.table.name));
  return new Set(heldObject(end.external_metadata.name, objects).columns);
}

function pairsIn({columns}: Body): readonly Pair[] | undefined {
  if (columns === undefined) return undefined;
  if (!Array.isArray(columns)) throw invalid("Field 'columns' must be a list");
  return columns.map((pair: unknown) => {
    if (!isBody(pair)) throw invalid('A pair of columns has a source and a target');
    checkFields(pair, ['source', 'target']);
    return {source: requiredText(pair, 'source'), target: requiredText(pair, 'target')};
  });
}

async function update(exchange: Exchange, options: LineageRestOptions): Promise<LineageEdge> {
  const mask = maskOf(exchange.query, ['columns', 'properties']);
  const given = await edgeIn(await readJson(exchange), options);
  const held = heldEdge(given, options);
  const changed = Object.fromEntries(Object.entries(given).filter(([name]) => mask.includes(name)));
  const updated = {...held, ...changed};
  options.edges.set(edgeKey(held), updated);
  return updated;
}

function heldEdge(pair: Pick<LineageEdge, 'source' | 'target'>, {edges}: LineageRestOptions): LineageEdge {
  const held = edges.get(edgeKey(pair));
  if (!held) throw new RestError(404, 'RESOURCE_DOES_NOT_EXIST', 'The external lineage relationship does not exist.');
  return held;
}

/** A DELETE has no body: the pair stands flattened in the query. */
function remove({query}: Exchange, options: LineageRestOptions): object {
  const pair = {
    source: endInQuery(query, 'external_lineage_relationship.source'),
    target: endInQuery(query, 'external_lineage_relationship.target'),
  };
  options.edges.delete(edgeKey(heldEdge(pair, options)));
  return {};
}

function endInQuery(query: URLSearchParams, prefix: string): End {
  const table = query.get(`${prefix}.table.name`);
  const object = query.get(`${prefix}.external_metadata.name`);
  if (table !== null && object === null) return {table: {name: table}};
  if (object !== null && table === null) return {external_metadata: {name: object.toLowerCase()}};
  throw invalid(`The query names one object as ${prefix}`);
}

function list({query}: Exchange, {edges}: LineageRestOptions): object {
  const of = keyOf(endInQuery(query, 'object_info'));
  const direction = query.get('lineage_direction');
  if (direction !== 'DOWNSTREAM' && direction !== 'UPSTREAM') throw invalid('lineage_direction is required');
  const [here, there] = direction === 'DOWNSTREAM' ? (['source', 'target'] as const) : (['target', 'source'] as const);
  const found = edges.values().filter(edge => keyOf(edge[here]) === of);
  const {page, next} = pageOf(found, query, {sizeParameter: 'page_size', sizeMax: 1000});
  const relationships = page.map(edge => ({external_lineage_info: edge, ...described(edge[there])}));
  return {...(page.length > 0 && {external_lineage_relationships: relationships}), ...next};
}

function described(end: End): object {
  if (!('table' in end)) return {external_metadata_info: end.external_metadata};
  const [catalog, schema, name] = end.table.name.split('.');
  return {table_info: {catalog_name: catalog, schema_name: schema, name}};
}
