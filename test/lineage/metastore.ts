import {SyncError} from '../../src/base/errors.ts';
import {isJsonObject, type Json, type JsonObject} from '../../src/base/exact-json.ts';
import type {Rest} from '../../src/model/ports.ts';

type Call = Parameters<Rest['request']>[0];

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: JsonObject | undefined;
}

const metadata = '/api/2.0/lineage-tracking/external-metadata';
const lineage = '/api/2.0/lineage-tracking/external-lineage';
const assignments = '/api/2.1/unity-catalog/entity-tag-assignments';
const edgePrefix = 'external_lineage_relationship';

/** A metastore in memory behind the Rest port, which can refuse what a test says. */
export class Metastore implements Rest {
  readonly objects = new Map<string, JsonObject>();
  /** By object and table: `visma_main_visma_supplier main.visma.supplier`. */
  readonly edges = new Map<string, JsonObject>();
  /** By entity and key: `main.visma.supplier source`. */
  readonly tags = new Map<string, string>();
  readonly asked: Asked[] = [];
  /** What a call is refused with; undefined where it is answered. */
  refuse: (call: Asked) => SyncError | undefined = () => undefined;
  pageSize = 2;

  async request({method, path, query = {}, body}: Call): Promise<JsonObject> {
    const asked = {method, path, query, body};
    this.asked.push(asked);
    const refusal = this.refuse(asked);
    if (refusal) throw refusal;
    if (path.startsWith(metadata)) return this.#metadata(asked);
    return path === lineage ? this.#lineage(asked) : this.#tags(asked);
  }

  /** The calls that write, as `POST external-metadata`. */
  get writes(): readonly string[] {
    return this.asked
      .filter(({method}) => method !== 'GET')
      .map(({method, path}) => `${method} ${path.split('/').find(part => /^(?:external|entity)/.test(part))}`);
  }

  #metadata({method, path, query, body = {}}: Asked): JsonObject {
    const name = path === metadata ? text(body, 'name') : decodeURIComponent(path.slice(metadata.length + 1));
    if (path === metadata && method === 'GET')
      return this.#page([...this.objects.values()], 'external_metadata', query);
    const held = this.objects.get(name);
    if (method === 'POST') {
      if (held) throw there();
      this.objects.set(name, {owner: 'us', ...body});
      return {};
    }
    if (!held) throw absent('RESOURCE_DOES_NOT_EXIST');
    if (method === 'PATCH') this.objects.set(name, {...held, ...masked(body, query)});
    if (method === 'DELETE') this.objects.delete(name);
    return held;
  }

  #lineage({method, query, body = {}}: Asked): JsonObject {
    if (method === 'GET') {
      const from = query['object_info.external_metadata.name'];
      const found =
        query['lineage_direction'] === 'UPSTREAM' ? [] : [...this.edges].filter(([key]) => key.startsWith(`${from} `));
      return this.#page(
        found.map(([, edge]) => ({external_lineage_info: edge})),
        'external_lineage_relationships',
        query,
      );
    }
    const key =
      method === 'DELETE'
        ? `${query[`${edgePrefix}.source.external_metadata.name`]} ${query[`${edgePrefix}.target.table.name`]}`
        : `${text(at(body, 'source', 'external_metadata'), 'name')} ${text(at(body, 'target', 'table'), 'name')}`;
    const held = this.edges.get(key);
    if (method === 'POST' && held) throw there();
    if (method !== 'POST' && !held) throw absent('RESOURCE_DOES_NOT_EXIST');
    if (method === 'DELETE') this.edges.delete(key);
    else this.edges.set(key, method === 'POST' ? body : {...held, ...masked(body, query)});
    return {};
  }

  #tags({method, path, query, body = {}}: Asked): JsonObject {
    const [, entity = '', , given] = path
      .slice(assignments.length + 1)
      .split('/')
      .map(decodeURIComponent);
    const name = method === 'POST' ? text(body, 'entity_name') : entity;
    const key = `${name} ${given ?? text(body, 'tag_key')}`;
    if (method === 'GET') {
      const found = [...this.tags].filter(([each]) => each.startsWith(`${name} `));
      const items = found.map(([each, value]) => ({tag_key: each.slice(name.length + 1), tag_value: value}));
      return this.#page(items, 'tag_assignments', query);
    }
    if (method === 'POST' && this.tags.has(key)) throw there();
    if (method === 'DELETE') this.tags.delete(key);
    else this.tags.set(key, text(body, 'tag_value'));
    return {};
  }

  /** Pages are short, and the first is empty though there are more. */
  #page(items: readonly JsonObject[], name: string, query: Asked['query']): JsonObject {
    const token = query['page_token'];
    if (token === undefined && items.length > 0) return {next_page_token: '0'};
    const from = Number(token ?? 0);
    const to = from + this.pageSize;
    return {[name]: items.slice(from, to), ...(to < items.length && {next_page_token: String(to)})};
  }
}

export const refused = (
  kind: 'permission' | 'protocol' | 'absent' | 'data',
  status: number,
  errorCode = '',
): SyncError => new SyncError(kind, `refused with status ${status}`, {facts: {status, errorCode}});

const there = (): SyncError => refused('data', 409, 'ALREADY_EXISTS');
export const absent = (code: string): SyncError => refused('absent', 404, code);

const masked = (body: JsonObject, query: Asked['query']): JsonObject =>
  Object.fromEntries((query['update_mask'] ?? '').split(',').map(name => [name, body[name]]));

const at = (value: JsonObject, ...path: readonly string[]): JsonObject =>
  path.reduce<JsonObject>((inner, name) => {
    const next = inner[name];
    return isJsonObject(next) ? next : {};
  }, value);

const text = (of: JsonObject, name: string): string => {
  const value: Json | undefined = of[name];
  return typeof value === 'string' ? value : '';
};
