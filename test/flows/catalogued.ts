import {isJsonObject, type Json, type JsonObject} from '../../src/base/exact-json.ts';
import type {LocalWorkspace} from '../../src/local/local.ts';
import {send, tokenOf} from '../local/driver.ts';

const lineage = '/api/2.0/lineage-tracking/external-lineage';
const metadata = '/api/2.0/lineage-tracking/external-metadata';
const assignments = '/api/2.1/unity-catalog/entity-tag-assignments';

/** What Unity Catalog shows, asked for and changed by somebody else than the product: by REST, as a person's tool. */
export class Catalogued {
  readonly #workspace: LocalWorkspace;

  constructor(workspace: LocalWorkspace) {
    this.#workspace = workspace;
  }

  async objects(): Promise<readonly JsonObject[]> {
    return listIn(await this.#ask('GET', metadata), 'external_metadata');
  }

  async object(name: string): Promise<JsonObject | undefined> {
    return (await this.objects()).find(object => object['name'] === name);
  }

  /** Table to its pairs of columns: `supplier.number -> supplier_number`. */
  async edges(object: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const query = `object_info.external_metadata.name=${object}&lineage_direction=DOWNSTREAM`;
    const found = listIn(await this.#ask('GET', `${lineage}?${query}`), 'external_lineage_relationships');
    return new Map(
      found.map(({external_lineage_info: info}) => [
        String(at(info, 'target', 'table', 'name')),
        listIn(info, 'columns').map(({source, target}) => `${source} -> ${target}`),
      ]),
    );
  }

  async tags(type: 'tables' | 'columns', name: string): Promise<Readonly<Record<string, unknown>>> {
    const found = listIn(await this.#ask('GET', `${assignments}/${type}/${name}/tags`), 'tag_assignments');
    return Object.fromEntries(found.map(tag => [String(tag['tag_key']), tag['tag_value']]));
  }

  async create(name: string, properties: JsonObject): Promise<void> {
    await this.#ask('POST', metadata, {name, system_type: 'SAP', entity_type: 'report', properties});
  }

  async describe(name: string, description: string): Promise<void> {
    const body = {name, system_type: 'OTHER', entity_type: 'endpoint', description};
    await this.#ask('PATCH', `${metadata}/${name}?update_mask=description`, body);
  }

  async draw(object: string, table: string): Promise<void> {
    await this.#ask('POST', lineage, {source: {external_metadata: {name: object}}, target: {table: {name: table}}});
  }

  async undraw(object: string, table: string): Promise<void> {
    const prefix = 'external_lineage_relationship';
    const query = `${prefix}.source.external_metadata.name=${object}&${prefix}.target.table.name=${table}`;
    await this.#ask('DELETE', `${lineage}?${query}`);
  }

  async retag(type: 'tables' | 'columns', name: string, tags: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(tags)) {
      const body = {entity_type: type, entity_name: name, tag_key: key, tag_value: value};
      await this.#ask('PATCH', `${assignments}/${type}/${name}/tags/${key}?update_mask=tag_value`, body);
    }
  }

  async #ask(method: string, path: string, body?: JsonObject): Promise<Json> {
    const answer = await send(this.#workspace, {
      method,
      path,
      headers: {authorization: `Bearer ${await tokenOf(this.#workspace)}`},
      ...(body && {body: JSON.stringify(body)}),
    });
    const text = answer.body.toString();
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }
}

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);
}

function listIn(value: Json | undefined, name: string): readonly JsonObject[] {
  const found = at(value, name);
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}
