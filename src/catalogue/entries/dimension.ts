import type {Field} from 'apache-arrow';
import {flag, text, time, whole} from '../columns.ts';
import {resource} from '../entry.ts';

const segmentColumns: readonly Field[] = [
  text('internalId', 'Id of the segment in the database'),
  whole('segmentId', 'Number of the segment, its place in the key'),
  text('description', 'Description of the segment'),
  whole('length', 'Greatest length of a value'),
  text('publicId', 'Public id of the segment'),
  text('timeStamp', "Visma's row version of the segment"),
  time('lastModified', 'When the segment was last modified'),
  flag('validate', 'Whether values are validated'),
  flag('isAutoNumber', 'Whether values are numbered from a series'),
  whole('consolNumChar', "Length of the segment in the parent company's subaccounts"),
  whole('consolOrder', "Place of the segment in the parent company's subaccounts"),
];

const valueColumns: readonly Field[] = [
  text('internalId', 'Id of the value in the database'),
  whole('segmentId', 'Number of the segment'),
  text('valueId', 'Value'),
  text('description', 'Description of the value'),
  text('publicId', 'Public id of the value'),
  flag('active', 'Whether the value is active'),
  text('timeStamp', "Visma's row version of the value"),
  time('lastModified', 'When the value was last modified'),
  text('mappedSegValue', 'Value that it is mapped to'),
];

/** The list is one of ids: each dimension is asked for by itself, with its segments and their values. */
export const dimension = resource('dimension', {
  comment: 'Dimensions: the segmented keys of accounts, subaccounts, suppliers, items and others',
  endpoint: '/v1/dimension',
  reading: {kind: 'snapshot', paging: 'unpaged', each: '/v1/dimension/{id}'},
  query: {expandSegmentsValues: 'true'},
  key: ['id'],
  detail: '/v1/dimension/{id}',
  groups: ['default', 'ledger'],
  columns: [
    text('id', 'Id of the dimension: ACCOUNT, SUBACCOUNT, CUSTOMER …'),
    whole('length', 'Total length of the key'),
    text('description', 'Description of the dimension'),
  ],
  arrays: [
    {
      property: 'segments',
      name: 'segment',
      number: 'segmentId',
      comment: 'Segments of dimensions',
      columns: segmentColumns,
    },
    {
      property: 'segmentValues',
      name: 'segment_value',
      outer: {property: 'segments', number: 'segmentId'},
      number: 'valueId',
      comment: 'Values of the segments of dimensions',
      columns: valueColumns,
    },
  ],
});
