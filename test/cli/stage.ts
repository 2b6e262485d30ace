import {Writable} from 'node:stream';
import {SyncError} from '../../src/base/errors.ts';
import type {Outside, Perform} from '../../src/cli/outside.ts';
import type {Event} from '../../src/model/events.ts';
import {companyId, resourceName, runId, tableName, wholeResource} from '../../src/model/names.ts';
import type {PassReport, Report, TableReport} from '../../src/model/report.ts';
import {FakeClock} from '../fake-clock.ts';

/** A stream that keeps what is written to it. */
export class Heard extends Writable {
  readonly isTTY: boolean;
  readonly columns = 120;
  text = '';

  constructor(isTTY = false) {
    super({decodeStrings: false});
    this.isTTY = isTTY;
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }

  get lines(): readonly string[] {
    return this.text.split('\n').slice(0, -1);
  }

  get json(): ReadonlyArray<Readonly<Record<string, unknown>>> {
    return this.lines.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
  }
}

export interface Stage extends Outside {
  readonly stdout: Heard;
  readonly stderr: Heard;
}

const refuseToRun: Perform = () => Promise.reject(new SyncError('defect', 'nothing was to be run'));

export function stage(given: Partial<Stage> = {}): Stage {
  return {
    perform: refuseToRun,
    version: '1.2.3',
    stdout: new Heard(),
    stderr: new Heard(),
    stop: new AbortController(),
    environment: {},
    clock: new FakeClock(),
    random: {id: () => 'abc', fraction: () => 0},
    ...given,
  };
}

export const report = (given: Partial<Report> = {}): Report => ({
  run: runId('r1'),
  command: 'sync',
  version: '1.2.3',
  startedAt: '2026-11-23T10:00:00.000Z',
  endedAt: '2026-11-23T10:00:04.500Z',
  seconds: 4.5,
  exitCode: 0,
  outcome: 'done',
  passes: [],
  tables: [],
  calls: 0,
  statements: 0,
  uploads: 0,
  problems: [],
  notes: [],
  ...given,
});

export const passReport = (company: string, resource: string, given: Partial<PassReport> = {}): PassReport => ({
  company: companyId(company),
  resource: resourceName(resource),
  slice: wholeResource,
  outcome: 'landed',
  pages: 0,
  read: 0,
  landed: 0,
  refused: 0,
  repeated: 0,
  calls: 0,
  seconds: 0,
  ...given,
});

export const tableReport = (table: string, given: Partial<TableReport> = {}): TableReport => ({
  table: tableName(table),
  read: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  gone: 0,
  statements: 0,
  ...given,
});

/** The events of one pass of a few pages. */
export function eventsOfPass(company: string, resource: string): readonly Event[] {
  const place = {company: companyId(company), resource: resourceName(resource), slice: wholeResource};
  return [
    {event: 'pass started', walk: 1, ...place},
    {event: 'page read', page: 1, records: 60, seen: 60, total: 120, ...place},
    {event: 'page read', page: 2, records: 60, seen: 120, total: 120, ...place},
    {
      event: 'pass ended',
      outcome: 'landed',
      counts: {read: 120, landed: 120, refused: 0, repeated: 0},
      seconds: 1.25,
      ...place,
    },
  ];
}
