import {isJsonObject, type JsonObject} from '../base/exact-json.ts';
import type {Rest} from '../model/ports.ts';
import {isAbsent, isForbidden, listAll, offered, textAt, unlessAbsent, unlessThere} from './answers.ts';
import type {EndpointObject} from './endpoint-object.ts';
import {type Installation, installationName, ownProperty} from './installation.ts';

const root = '/api/2.0/lineage-tracking/external-metadata';
const pathOf = (name: string): string => `${root}/${encodeURIComponent(name)}`;

/** External metadata objects as the metastore keeps them. Every verb may be repeated. */
export interface ExternalMetadata {
  /** Gives whether it was created: else one of this name is there. */
  create(object: EndpointObject, owner: string | undefined, signal?: AbortSignal): Promise<boolean>;
  /** Undefined where there is none, or none that may be seen. */
  read(name: string, signal?: AbortSignal): Promise<JsonObject | undefined>;
  update(object: EndpointObject, signal?: AbortSignal): Promise<void>;
  /** The owner can't be changed together with anything else. */
  give(name: string, owner: string, signal?: AbortSignal): Promise<void>;
  remove(name: string, signal?: AbortSignal): Promise<boolean>;
  /** Those that may be seen, of everybody. */
  list(signal?: AbortSignal): Promise<readonly JsonObject[]>;
}

export function openExternalMetadata(rest: Rest): ExternalMetadata {
  return {
    create: (object, owner, signal) => {
      const body = {...bodyOf(object), ...(owner !== undefined && {owner})};
      return offered(unlessThere(rest.request({method: 'POST', path: root, body}, signal)));
    },
    async read(name, signal) {
      try {
        return await rest.request({method: 'GET', path: pathOf(name)}, signal);
      } catch (thrown) {
        if (isAbsent(thrown) || isForbidden(thrown)) return undefined;
        throw thrown;
      }
    },
    async update(object, signal) {
      // Named, for a mask of `*` may come to mean more; the body bears what names the object as well.
      const query = {update_mask: updated.join(',')};
      await rest.request({method: 'PATCH', path: pathOf(object.name), query, body: bodyOf(object)}, signal);
    },
    async give(name, owner, signal) {
      const body = {name, system_type: 'OTHER', entity_type: 'endpoint', owner};
      await rest.request({method: 'PATCH', path: pathOf(name), query: {update_mask: 'owner'}, body}, signal);
    },
    remove: (name, signal) => unlessAbsent(rest.request({method: 'DELETE', path: pathOf(name)}, signal)),
    list: signal =>
      offered(listAll(rest, {path: root, items: 'external_metadata', sizeParameter: 'page_size'}, signal)),
  };
}

const updated = ['system_type', 'entity_type', 'url', 'description', 'columns', 'properties'] as const;

const bodyOf = (object: EndpointObject): JsonObject => ({...object, properties: {...object.properties}});

/** Whether this installation made it. */
export const isOwn = (held: JsonObject, installation: Installation): boolean =>
  textAt(held, 'properties', ownProperty) === installationName(installation);

/** Whether an object says what it should. The order of columns and further properties are nobody's concern. */
export function isCurrent(held: JsonObject, object: EndpointObject): boolean {
  const {columns, properties} = held;
  const heldColumns = Array.isArray(columns) ? columns.map(String) : [];
  const heldProperties: JsonObject = isJsonObject(properties) ? properties : {};
  return (
    (['system_type', 'entity_type', 'url', 'description'] as const).every(name => held[name] === object[name]) &&
    heldColumns.toSorted().join('\n') === object.columns.toSorted().join('\n') &&
    Object.entries(object.properties).every(([name, value]) => heldProperties[name] === value)
  );
}
