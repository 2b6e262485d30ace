import type {JsonObject} from '../base/exact-json.ts';
import type {Rest} from '../model/ports.ts';
import {listAll, objectsIn, textAt, unlessAbsent, unlessThere} from './answers.ts';
import type {ColumnPair, Edge} from './endpoint-object.ts';
import {type Installation, installationName, ownProperty} from './installation.ts';

const path = '/api/2.0/lineage-tracking/external-lineage';

/** An edge as it is held: from an object to a table. */
export interface HeldEdge extends Edge {
  /** Whether this installation made it. */
  readonly isOwn: boolean;
}

/** What hangs on an object. */
export interface HeldEdges {
  readonly toTables: readonly HeldEdge[];
  /** Edges of others, whatever they lead to or come from. */
  readonly foreign: number;
}

/** Edges from external metadata objects to tables. Every verb may be repeated. */
export interface ExternalLineage {
  /** Gives whether it was created: else one between these two is there. */
  create(object: string, edge: Edge, signal?: AbortSignal): Promise<boolean>;
  update(object: string, edge: Edge, signal?: AbortSignal): Promise<void>;
  remove(object: string, table: string, signal?: AbortSignal): Promise<boolean>;
  of(object: string, signal?: AbortSignal): Promise<HeldEdges>;
}

export function openExternalLineage(rest: Rest, installation: Installation): ExternalLineage {
  const bodyOf = (object: string, {table, columns}: Edge): JsonObject => ({
    source: {external_metadata: {name: object}},
    target: {table: {name: table}},
    columns: columns.map(pair => ({...pair})),
    properties: {[ownProperty]: installationName(installation)},
  });
  return {
    create: (object, edge, signal) =>
      unlessThere(rest.request({method: 'POST', path, body: bodyOf(object, edge)}, signal)),
    async update(object, edge, signal) {
      const query = {update_mask: 'columns,properties'};
      await rest.request({method: 'PATCH', path, query, body: bodyOf(object, edge)}, signal);
    },
    remove: (object, table, signal) => {
      // A DELETE has no body: the pair stands flattened in the query.
      const query = {
        'external_lineage_relationship.source.external_metadata.name': object,
        'external_lineage_relationship.target.table.name': table,
      };
      return unlessAbsent(rest.request({method: 'DELETE', path, query}, signal));
    },
    async of(object, signal) {
      const toward = (direction: string): Promise<readonly JsonObject[]> =>
        listAll(
          rest,
          {
            path,
            query: {'object_info.external_metadata.name': object, lineage_direction: direction},
            items: 'external_lineage_relationships',
            sizeParameter: 'page_size',
          },
          signal,
        );
      const downstream = (await toward('DOWNSTREAM')).map(found => edgeIn(found, installation));
      const toTables = downstream.filter(edge => edge !== undefined);
      const others = downstream.length - toTables.filter(edge => edge.isOwn).length;
      return {toTables, foreign: others + (await toward('UPSTREAM')).length};
    },
  };
}

function edgeIn(found: JsonObject, installation: Installation): HeldEdge | undefined {
  const info = found['external_lineage_info'];
  const table = textAt(info, 'target', 'table', 'name') ?? tableIn(found);
  if (table === undefined) return undefined;
  const isOwn = textAt(info, 'properties', ownProperty) === installationName(installation);
  return {table, columns: pairsIn(info), isOwn};
}

/** The other place where an answer names the table. */
function tableIn(found: JsonObject): string | undefined {
  const parts = ['catalog_name', 'schema_name', 'name'].map(part => textAt(found, 'table_info', part));
  return parts.every(part => part !== undefined) ? parts.join('.') : undefined;
}

const pairsIn = (info: JsonObject[string]): readonly ColumnPair[] =>
  objectsIn(typeof info === 'object' && info !== null && 'columns' in info ? info.columns : undefined).map(pair => ({
    source: textAt(pair, 'source') ?? '',
    target: textAt(pair, 'target') ?? '',
  }));

/** The metastore keeps names of tables in lower case. */
export const isSameTable = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export function isSameMapping(one: readonly ColumnPair[], other: readonly ColumnPair[]): boolean {
  const lines = (pairs: readonly ColumnPair[]): string =>
    pairs
      .map(({source, target}) => `${source}\t${target.toLowerCase()}`)
      .toSorted()
      .join('\n');
  return lines(one) === lines(other);
}
