import {closingTable} from './closing-table.ts';
import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const sweep: Entry = {
  name: 'sweep',
  summary: 'compare whole lists with the tables: read what they lack, mark what is proved gone',
  options: ['wait', 'acceptDeletions'],
  toText: report => [...(report.details ? [detailTable(report.details)] : []), closingTable(report)].join('\n'),
};
