import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const lineage: Entry = {
  name: 'lineage',
  summary: 'show in Unity Catalog where the tables come from, or take that away',
  options: ['remove'],
  toText: ({details}) => (details ? detailTable(details) : ''),
};
