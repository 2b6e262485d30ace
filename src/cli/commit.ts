import {closingTable} from './closing-table.ts';
import type {Entry} from './entry.ts';

export const commit: Entry = {
  name: 'commit',
  summary: 'commit what waits in the volume, without calling Visma.net',
  options: ['wait', 'acceptDeletions'],
  toText: closingTable,
};
