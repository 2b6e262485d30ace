import {listAt, type Resource, resources, type Section, sectionAt, textAt, type Value} from './declarations.ts';
import {type Deployment, resolve} from './deployment.ts';

/*
 * What the bundle shows and tells: its dashboards as the workspace gets them, and every query in them and in the
 * alerts, for whoever has the tables to run them on.
 */

export interface Widget {
  readonly page: string;
  readonly name: string;
  /** Absent where the widget is text. */
  readonly type?: string;
  readonly version?: number;
  readonly dataset?: string;
  readonly disaggregated: boolean;
  readonly fields: ReadonlyArray<{readonly name: string; readonly expression: string}>;
  /** The fields that its encodings show. */
  readonly shown: readonly string[];
  readonly title: string;
  readonly place: {readonly x: number; readonly y: number; readonly width: number; readonly height: number};
}

export interface Dashboard {
  readonly key: string;
  readonly pages: readonly string[];
  readonly datasets: ReadonlyArray<{readonly name: string; readonly sql: string}>;
  readonly widgets: readonly Widget[];
}

export interface DashboardQuery {
  /** `visma_status.calls`, a dataset; `visma_status.calls/calls_by_day`, what a widget makes of it; `visma_stale`. */
  readonly name: string;
  readonly sql: string;
}

/** A deployment without a prefix into `main.visma`, as the tests have it. */
export const plain: Deployment = {
  target: 'prod',
  filePath: '/Workspace/files',
  schemaPrefix: '',
  warehouseId: 'w1',
  secrets: {},
};

const ofKind = (wanted: string): readonly Resource[] => resources.filter(({kind}) => kind === wanted);

export const dashboards = (deployment: Deployment = plain): readonly Dashboard[] =>
  ofKind('dashboards').map(({key, body}) => {
    const definition = JSON.parse(String(resolve(textAt(body, 'serialized_dashboard'), deployment))) as Section;
    const pages = listAt(definition, 'pages');
    return {
      key,
      pages: pages.map(page => textAt(page, 'name')),
      datasets: listAt(definition, 'datasets').map(dataset => ({
        name: textAt(dataset, 'name'),
        sql: listAt(dataset, 'queryLines').join(''),
      })),
      widgets: pages.flatMap(page => listAt(page, 'layout').map(item => widgetOf(textAt(page, 'name'), item))),
    };
  });

function widgetOf(page: string, item: Value): Widget {
  const widget = sectionAt(item, 'widget');
  const query = sectionAt(listAt(widget, 'queries')[0], 'query');
  const spec = sectionAt(widget, 'spec');
  const {x, y, width, height} = sectionAt(item, 'position') as Record<string, number>;
  if (x === undefined || y === undefined || width === undefined || height === undefined) throw new Error('no place');
  return {
    page,
    name: textAt(widget, 'name'),
    ...(spec['widgetType'] !== undefined && {type: textAt(spec, 'widgetType'), version: Number(spec['version'])}),
    ...(query['datasetName'] !== undefined && {dataset: textAt(query, 'datasetName')}),
    disaggregated: query['disaggregated'] === true,
    fields: listAt(query, 'fields').map(field => ({
      name: textAt(field, 'name'),
      expression: textAt(field, 'expression'),
    })),
    shown: shownBy(spec['encodings']),
    title: textAt(spec, 'frame', 'title'),
    place: {x, y, width, height},
  };
}

/** Every `fieldName` in a widget's encodings. */
function shownBy(value: Value): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(shownBy);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'fieldName' ? [String(inner)] : shownBy(inner)));
}

/** Every query of the bundle's dashboards and alerts, in SQL of Databricks, over the tables of a deployment. */
export function dashboardQueries(deployment: Deployment = plain): readonly DashboardQuery[] {
  const shown = dashboards(deployment).flatMap(({key, datasets, widgets}) =>
    datasets.flatMap(({name, sql}) => [
      {name: `${key}.${name}`, sql},
      ...widgets
        .filter(({dataset}) => dataset === name)
        .map(widget => ({name: `${key}.${name}/${widget.name}`, sql: overDataset(widget, sql)})),
    ]),
  );
  const told = ofKind('alerts').map(({key, body}) => ({
    name: key,
    sql: String(resolve(textAt(body, 'query_text'), deployment)),
  }));
  return [...shown, ...told];
}

/** What a widget asks of its dataset: grouped by what is a plain column, where it takes no rows as they are. */
function overDataset({fields, disaggregated}: Widget, sql: string): string {
  const selected = fields.map(({expression}, place) => `${expression} AS f${place}`).join(', ');
  const plainColumns = fields.map(({expression}) => expression).filter(expression => /^`\w+`$/.test(expression));
  const grouping = disaggregated || plainColumns.length === 0 ? '' : `\nGROUP BY ${plainColumns.join(', ')}`;
  return `SELECT ${selected}\nFROM (\n${sql}\n) AS dataset${grouping}`;
}
