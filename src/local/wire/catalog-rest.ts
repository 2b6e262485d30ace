import {schemaNamed} from '../sql/work.ts';
import type {SqlEngine} from '../sql-engine.ts';
import {answerJson, type Exchange, fits, RestError, readJson} from './exchange.ts';

export interface CatalogRestOptions {
  readonly engine: SqlEngine;
  readonly warehouseId: string;
  readonly clientId: string;
}

/** Who am I, is the warehouse there, and Unity Catalog's catalogs, schemas and volumes. False for any other path. */
export async function answerCatalog(exchange: Exchange, options: CatalogRestOptions): Promise<boolean> {
  const {method, segments} = exchange;
  const last = segments.at(-1) ?? '';
  if (method === 'GET' && fits(exchange, 'api/2.0/preview/scim/v2/Me')) {
    answerJson(exchange, 200, {id: '1', userName: options.clientId, displayName: 'Local workspace', active: true});
  } else if (method === 'GET' && fits(exchange, 'api/2.0/sql/warehouses/*')) {
    answerJson(exchange, 200, warehouse(last, options.warehouseId));
  } else if (method === 'GET' && fits(exchange, 'api/2.1/unity-catalog/catalogs/*')) {
    if (!isCatalog(last, options)) throw notThere('CATALOG', last);
    answerJson(exchange, 200, {name: options.engine.catalog, catalog_type: 'MANAGED_CATALOG', full_name: last});
  } else if (method === 'GET' && fits(exchange, 'api/2.1/unity-catalog/schemas/*')) {
    answerJson(exchange, 200, await schema(last, options));
  } else if (method === 'GET' && fits(exchange, 'api/2.1/unity-catalog/volumes/*')) {
    answerJson(exchange, 200, await volume(last, options));
  } else if (method === 'POST' && fits(exchange, 'api/2.1/unity-catalog/volumes')) {
    answerJson(exchange, 200, await createVolume(await readJson(exchange), options));
  } else return false;
  return true;
}

function warehouse(id: string, own: string): object {
  if (id === own) return {id, name: 'Local workspace', state: 'RUNNING', warehouse_type: 'PRO', num_clusters: 1};
  throw new RestError(404, 'RESOURCE_DOES_NOT_EXIST', `SQL warehouse ${id} does not exist`);
}

const isCatalog = (name: string, {engine}: CatalogRestOptions): boolean =>
  name.toLowerCase() === engine.catalog.toLowerCase();

const notThere = (kind: 'CATALOG' | 'SCHEMA' | 'VOLUME', name: string): RestError =>
  new RestError(404, `${kind}_DOES_NOT_EXIST`, `${kind} '${name}' does not exist.`);

async function schema(fullName: string, options: CatalogRestOptions): Promise<object> {
  const [catalog = '', name = '', ...more] = fullName.split('.');
  const {engine} = options;
  const there = isCatalog(catalog, options) && more.length === 0 && (await engine.hasSchema(name.toLowerCase()));
  if (!there) throw notThere('SCHEMA', fullName);
  return {name: name.toLowerCase(), catalog_name: engine.catalog, full_name: fullName};
}

async function volume(fullName: string, options: CatalogRestOptions): Promise<object> {
  const [catalog = '', inSchema = '', name = '', ...more] = fullName.toLowerCase().split('.');
  const found = {schema: inSchema, name};
  if (more.length > 0 || !isCatalog(catalog, options) || name === '' || !(await options.engine.volumes.exists(found))) {
    throw notThere('VOLUME', fullName);
  }
  return described(found, options);
}

const described = ({schema: inSchema, name}: {schema: string; name: string}, {engine}: CatalogRestOptions): object => ({
  name,
  catalog_name: engine.catalog,
  schema_name: inSchema,
  full_name: `${engine.catalog}.${inSchema}.${name}`,
  volume_type: 'MANAGED',
});

/** Creates a managed volume in a schema that is there. */
async function createVolume(body: Readonly<Record<string, unknown>>, options: CatalogRestOptions): Promise<object> {
  const [catalog, inSchema, given] = [body['catalog_name'], body['schema_name'], body['name']];
  if (typeof catalog !== 'string' || typeof inSchema !== 'string' || typeof given !== 'string' || given === '') {
    throw new RestError(400, 'INVALID_PARAMETER_VALUE', 'catalog_name, schema_name and name are required');
  }
  if (body['volume_type'] !== 'MANAGED') {
    throw new RestError(400, 'INVALID_PARAMETER_VALUE', 'The local workspace keeps MANAGED volumes only');
  }
  if (!isCatalog(catalog, options)) throw notThere('CATALOG', catalog);
  const {engine} = options;
  const session = engine.newSession();
  const wanted = {
    schema: schemaNamed([catalog, inSchema], {session, catalog: engine.catalog}),
    name: given.toLowerCase(),
  };
  const creation = await engine.createVolume(wanted);
  if (creation === 'no such schema') throw notThere('SCHEMA', `${catalog}.${inSchema}`);
  if (creation === 'there already') throw new RestError(409, 'ALREADY_EXISTS', `Volume '${given}' already exists.`);
  return described(wanted, options);
}
