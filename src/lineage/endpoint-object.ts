import {arraysAbove, placedColumns, placeOf} from '../model/privacy.ts';
import {type Child, type Resource, tablesOf} from '../model/resource.ts';
import type {Table} from '../model/table.ts';
import {fullName, type Installation, installationName, objectName, ownProperty} from './installation.ts';

/** A property of Visma's and the column that holds it. */
export interface ColumnPair {
  /** The place in the record: `supplier.number`, `invoiceLines[].amount`. */
  readonly source: string;
  readonly target: string;
}

/** The edge from an endpoint to one of its raw tables. */
export interface Edge {
  /** Catalog, schema and table, joined by dots. */
  readonly table: string;
  readonly columns: readonly ColumnPair[];
}

/** An endpoint of Visma.net as an external metadata object. */
export interface EndpointObject {
  readonly name: string;
  readonly system_type: 'OTHER';
  readonly entity_type: 'endpoint';
  readonly url: string;
  readonly description: string;
  /** Every place that a column of any table comes from. */
  readonly columns: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

/** What is to be shown of one resource. */
export interface Shown {
  readonly object: EndpointObject;
  readonly edges: readonly Edge[];
}

/** What is to be shown of a resource: its endpoint, and an edge to each table, column by column. Nothing is a value. */
export function shownOf(resource: Resource, installation: Installation): Shown {
  const edges = tablesOf(resource).map(table => ({
    table: fullName(installation, table.name),
    columns: pairsOf(resource, table),
  }));
  const {name, endpoint, table, key, reading} = resource;
  return {
    object: {
      name: objectName(installation, name),
      system_type: 'OTHER',
      entity_type: 'endpoint',
      url: `${installation.apiUrl}${endpoint}`,
      description: `Visma.net ERP, ${endpoint}: ${table.comment}`,
      columns: [...new Set(edges.flatMap(({columns}) => columns.map(({source}) => source)))],
      properties: {
        [ownProperty]: installationName(installation),
        resource: name,
        key: key.join(', '),
        read_as: reading.kind,
      },
    },
    edges,
  };
}

/** The columns that come from Visma, the keys and the stamp; what the sync says of a row itself comes from nowhere. */
function pairsOf(resource: Resource, table: Table): readonly ColumnPair[] {
  const child = resource.children.find(each => each.table === table);
  const own = placedColumns(resource).filter(column => column.table === table.name);
  const to = (target: string, sources: readonly string[]): readonly ColumnPair[] =>
    sources.map(source => ({source, target}));
  return [
    ...to('record_id', [...resource.key, ...numbersOf(child)]),
    ...(child ? to('parent_record_id', resource.key) : []),
    ...(resource.stamp === undefined ? [] : to('last_modified_date_time', [resource.stamp])),
    ...own.map(({place, column}) => ({source: place, target: column})),
  ];
}

/** Where the numbers of lines stand that their keys end with. */
function numbersOf(child: Child | undefined): readonly string[] {
  if (!child) return [];
  const {outer, number} = child;
  const arrays = arraysAbove(child);
  const within = (depth: number, name: string): string => placeOf([...arrays.slice(0, depth), {name, ofItems: false}]);
  return [
    ...(outer ? [within(1, outer.number)] : []),
    ...(number === undefined ? [] : [within(arrays.length, number)]),
  ];
}
