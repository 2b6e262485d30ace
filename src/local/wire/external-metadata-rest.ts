import {type Body, checkFields, invalid, maskOf, pageOf, requiredText, textsIn} from './body-fields.ts';
import {answerJson, type Exchange, fits, RestError, readJson} from './exchange.ts';
import type {Journal} from './journal.ts';

/** An external metadata object, as it is kept and answered. */
export interface MetadataObject {
  readonly name: string;
  readonly system_type: string;
  readonly entity_type: string;
  readonly owner: string;
  readonly columns?: readonly string[];
  readonly url?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export interface MetadataRestOptions {
  readonly objects: Journal<MetadataObject>;
  /** Whether an edge hangs on the object of this name. */
  readonly hasEdges: (name: string) => boolean;
  /** Who asks: the owner of what they make. */
  readonly clientId: string;
}

const systemTypes: ReadonlySet<string> = new Set(
  (
    'AMAZON_REDSHIFT AZURE_SYNAPSE CONFLUENT DATABRICKS GOOGLE_BIGQUERY KAFKA LOOKER MICROSOFT_FABRIC ' +
    'MICROSOFT_SQL_SERVER MONGODB MYSQL ORACLE OTHER POSTGRESQL POWER_BI SALESFORCE SAP SERVICENOW SNOWFLAKE ' +
    'STREAM_NATIVE TABLEAU TERADATA WORKDAY'
  ).split(' '),
);

const contents = ['system_type', 'entity_type', 'url', 'description', 'columns', 'properties'] as const;
const fields = ['name', 'owner', ...contents];
const objectsMax = 10_000;

/** `/api/2.0/lineage-tracking/external-metadata`. False for any other path. */
export async function answerMetadata(exchange: Exchange, options: MetadataRestOptions): Promise<boolean> {
  const {method} = exchange;
  if (fits(exchange, 'api/2.0/lineage-tracking/external-metadata')) {
    if (method === 'POST') answerJson(exchange, 200, create(await readJson(exchange), options));
    else if (method === 'GET') answerJson(exchange, 200, list(exchange, options));
    else return false;
    return true;
  }
  if (!fits(exchange, 'api/2.0/lineage-tracking/external-metadata/*')) return false;
  const held = heldObject(exchange.segments.at(-1) ?? '', options.objects);
  if (method === 'GET') answerJson(exchange, 200, held);
  else if (method === 'PATCH') answerJson(exchange, 200, await update(exchange, held, options));
  else if (method === 'DELETE') answerJson(exchange, 200, remove(held, options));
  else return false;
  return true;
}

export function heldObject(name: string, objects: Journal<MetadataObject>): MetadataObject {
  const held = objects.get(name.toLowerCase());
  if (!held) throw new RestError(404, 'RESOURCE_DOES_NOT_EXIST', `External metadata '${name}' does not exist.`);
  return held;
}

function create(body: Body, {objects, clientId}: MetadataRestOptions): MetadataObject {
  const made = objectIn(body, {owner: clientId});
  if (objects.get(made.name)) {
    throw new RestError(409, 'ALREADY_EXISTS', `External metadata '${made.name}' already exists.`);
  }
  if (objects.values().length >= objectsMax) {
    throw new RestError(400, 'RESOURCE_EXHAUSTED', `A metastore holds at most ${objectsMax} external metadata objects`);
  }
  objects.set(made.name, made);
  return made;
}

/** The names of securables are kept in lower case. */
function objectIn(body: Body, {owner}: {readonly owner: string}): MetadataObject {
  checkFields(body, fields);
  const name = requiredText(body, 'name').toLowerCase();
  if (/[\s./]/.test(name) || name.length > 255)
    throw invalid('A name has no spaces, dots and slashes, and 255 letters');
  const type = requiredText(body, 'system_type');
  if (!systemTypes.has(type)) throw invalid(`'${type}' is no system type`);
  const {columns, url, description} = body;
  if (columns !== undefined && !(Array.isArray(columns) && columns.every(column => typeof column === 'string'))) {
    throw invalid("Field 'columns' must be a list of strings");
  }
  if (Array.isArray(columns) && new Set(columns).size < columns.length) throw invalid('A column is named twice');
  const properties = textsIn(body, 'properties');
  return {
    name,
    system_type: type,
    entity_type: requiredText(body, 'entity_type'),
    owner: body['owner'] === undefined ? owner : requiredText(body, 'owner'),
    ...(Array.isArray(columns) && {columns}),
    ...(typeof url === 'string' && {url}),
    ...(typeof description === 'string' && {description}),
    ...(properties && {properties}),
  };
}

/** Either the owner or the rest is updated in one request. Only what the mask names is taken from the body. */
async function update(
  exchange: Exchange,
  held: MetadataObject,
  {objects}: MetadataRestOptions,
): Promise<MetadataObject> {
  const body = await readJson(exchange);
  const mask = maskOf(exchange.query, ['owner', ...contents]);
  if (mask.includes('owner') && mask.length > 1) throw invalid('The owner is updated by itself');
  const given = objectIn(body, held);
  if (given.name !== held.name) throw invalid('The name in the body is another one than in the path');
  const changed = Object.fromEntries(Object.entries(given).filter(([name]) => mask.includes(name)));
  const updated = {...held, ...changed};
  objects.set(held.name, updated);
  return updated;
}

/** Whether the service would take edges along is not known: here they have to be removed first. */
function remove({name}: MetadataObject, {objects, hasEdges}: MetadataRestOptions): object {
  if (hasEdges(name)) throw new RestError(400, 'INVALID_STATE', `External metadata '${name}' has lineage`);
  objects.delete(name);
  return {};
}

function list({query}: Exchange, {objects}: MetadataRestOptions): object {
  const {page, next} = pageOf(objects.values(), query, {sizeParameter: 'page_size', sizeMax: 1000});
  return {...(page.length > 0 && {external_metadata: page}), ...next};
}
