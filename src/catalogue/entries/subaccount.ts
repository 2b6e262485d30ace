import type {Field} from 'apache-arrow';
import {flag, renamed, text, whole} from '../columns.ts';
import {pagedDelta, resource} from '../entry.ts';
import {versionAndError} from '../shapes.ts';

const segmentColumns: readonly Field[] = [
  whole('segmentId', 'Number of the segment'),
  text('segmentDescription', 'Description of the segment'),
  text('segmentValue', 'Value of the segment'),
  text('segmentValueDescription', 'Description of the value'),
];

/** One segment of the subaccount beside it in its row: most queries ask for departments or projects by name. */
const segment = (id: number): readonly Field[] => [
  renamed(text(`segments[segmentId=${id}].segmentValue`, `Value of segment ${id}`), `segment_${id}`),
  renamed(
    text(`segments[segmentId=${id}].segmentValueDescription`, `Description of the value of segment ${id}`),
    `segment_${id}_description`,
  ),
];

export const subaccount = resource('subaccount', {
  comment: 'Subaccounts, whose segments are the dimensions of the ledger',
  endpoint: '/v1/subaccount',
  reading: pagedDelta,
  key: ['subaccountNumber'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/subaccount/{subaccountNumber}',
  internalId: 'subaccountId',
  groups: ['default', 'ledger'],
  columns: [
    text('subaccountNumber', 'Number of the subaccount'),
    whole('subaccountId', 'Id in the database; it stays when the number is changed'),
    text('description', 'Description of the subaccount'),
    flag('active', 'Whether the subaccount is active'),
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap(segment),
    ...versionAndError,
  ],
  arrays: [
    {
      property: 'segments',
      name: 'segment',
      number: 'segmentId',
      comment: 'Segments of subaccounts with their values',
      columns: segmentColumns,
    },
  ],
});
