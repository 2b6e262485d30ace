import {Schema} from 'apache-arrow';
import {column, text} from '../../src/model/column.ts';
import type {SweepRecord} from '../../src/model/key-register.ts';
import type {Checkpoint, Cursor} from '../../src/model/load.ts';
import {companyId, loadId, resourceName, runId, type Slice, tableName, wholeResource} from '../../src/model/names.ts';
import type {Resource} from '../../src/model/resource.ts';
import type {SweptChain} from '../../src/sync/sweep/portions.ts';

export const company = {id: companyId('se'), name: 'se', tenantId: 't', currency: 'SEK'};

/** A list of documents by period, as the catalogue would name it. */
export const documents: Resource = {
  name: resourceName('document'),
  endpoint: '/v1/document',
  reading: {kind: 'delta', since: 'stamp and condition', paging: 'records'},
  query: {},
  key: ['number'],
  stamp: 'changedAt',
  periods: {parameters: ['period'], column: 'period', without: {status: 'Hold'}},
  detail: '/v1/document/{number}',
  groups: [],
  table: {
    name: tableName('document'),
    comment: '',
    schema: new Schema([column('period', text, {path: 'period', comment: ''})]),
    ofLines: false,
  },
  children: [],
};

export function chainOf(
  options: {resource?: Resource; slice?: Slice; cursor?: Partial<Cursor>} = {},
): SweptChain & {readonly tip: Checkpoint} {
  const {resource = documents, slice = wholeResource, cursor = {}} = options;
  const tip = {
    companyId: company.id,
    resource: resource.name,
    slice,
    sequence: 3,
    cursor: {tailDigest: '', tailRows: 0, passSeconds: 0, ...cursor},
    runId: runId('20260101t000000-a'),
    loadId: loadId('load-3'),
  };
  return {company, resource, tip};
}

export function sweepOf(period: string, sweptAt: string, more: Partial<SweepRecord> = {}): SweepRecord {
  return {
    ...{runId: runId('run'), companyId: company.id, resource: documents.name, slice: wholeResource, period},
    ...{keys: 0, lacking: 0, differing: 0, missing: 0, marked: 0, sweptAt: new Date(sweptAt)},
    ...more,
  };
}
