import {quoteName} from '../base/quoting.ts';

export interface PlacesOptions {
  readonly catalog: string;
  /** The schema of the raw tables; staging and control have their own beside it. */
  readonly schema: string;
}

/** Where everything lies, as quoted names. */
export interface Places {
  readonly schemas: ReadonlyArray<{readonly name: string; readonly comment: string}>;
  /** The schemas, quoted. */
  readonly rawSchema: string;
  readonly controlSchema: string;
  raw(table: string): string;
  staging(table: string): string;
  control(table: string): string;
}

export function placesIn({catalog, schema}: PlacesOptions): Places {
  const staging = `${schema}_staging`;
  const control = `${schema}_control`;
  return {
    schemas: [
      {name: quoteName(catalog, schema), comment: 'Visma.net ERP: live rows are those without _deleted_at'},
      {name: quoteName(catalog, staging), comment: 'Visma.net ERP: what has landed and is not merged yet'},
      {name: quoteName(catalog, control), comment: 'Visma.net ERP: what the sync knows'},
    ],
    rawSchema: quoteName(catalog, schema),
    controlSchema: quoteName(catalog, control),
    raw: table => quoteName(catalog, schema, table),
    staging: table => quoteName(catalog, staging, table),
    control: table => quoteName(catalog, control, table),
  };
}
