import {detailTable} from './detail-table.ts';
import type {Entry} from './entry.ts';

export const certificate: Entry = {
  name: 'certificate',
  summary: "render a run's certificate, the newest where none is named, as one page",
  argument: ['[run]', 'the id of the run, as in control.run'],
  options: ['output'],
  toText: ({details, exitCode}) => (details || exitCode === 0 ? detailTable(details ?? []) : ''),
};
