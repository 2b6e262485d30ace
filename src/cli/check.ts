import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const check: Entry = {
  name: 'check',
  summary: 'try everything that a run needs, and say what is missing',
  options: ['offline'],
  toText: ({version, exitCode, details = []}) =>
    [
      ...(details.length > 0 ? [detailTable(details)] : []),
      ...(exitCode === 0 ? [`visma-databricks ${version}: everything that was tried is there`] : []),
    ].join('\n'),
};
