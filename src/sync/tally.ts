import type {CertifiedLoad} from '../model/certificate.ts';
import type {Event, Events} from '../model/events.ts';
import {type TableName, wholeResource} from '../model/names.ts';
import type {CallCount, TableRun} from '../model/ports.ts';
import type {PassReport, Problem, TableReport} from '../model/report.ts';

interface TableCount {
  staged: number;
  inserted: number;
  updated: number;
  gone: number;
  statements: number;
}

/** Listens to a run and counts, for its report. */
export class Tally {
  readonly #passes: PassReport[] = [];
  readonly #tables = new Map<TableName, TableCount>();
  readonly #callsOfPass = new Map<string, number>();
  readonly #walks = new Map<string, Pick<PassReport, 'since' | 'pages' | 'listed'>>();
  readonly #loads: CertifiedLoad[] = [];
  readonly #calls = new Map<string, {-readonly [Name in keyof CallCount]: CallCount[Name]}>();
  readonly #problems: Problem[] = [];
  readonly #notes: string[] = [];
  #callsInAll = 0;
  #statements = 0;
  #uploads = 0;
  #periods = 0;

  /** Takes an event in, before it is passed on. */
  readonly listen: Events = event => {
    this.#count(event);
  };

  get calls(): number {
    return this.#callsInAll;
  }

  get statements(): number {
    return this.#statements;
  }

  get uploads(): number {
    return this.#uploads;
  }

  /** Loads whose checkpoint has moved, in their order. */
  get loads(): readonly CertifiedLoad[] {
    return this.#loads;
  }

  /** Whether anything was settled or proved: what is worth a certificate. */
  get changed(): boolean {
    return this.#loads.length + this.#periods > 0;
  }

  get passes(): readonly PassReport[] {
    return this.#passes;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  get tables(): readonly TableReport[] {
    return [...this.#tables]
      .filter(([, {staged, gone}]) => staged + gone > 0)
      .map(([table, {staged, inserted, updated, gone, statements}]) => ({
        table,
        read: staged,
        new: inserted,
        changed: Math.max(0, updated - gone),
        unchanged: Math.max(0, staged - inserted - Math.max(0, updated - gone)),
        gone,
        statements,
      }));
  }

  get tableRuns(): readonly TableRun[] {
    return [...this.#tables].map(([table, {staged, inserted, updated, gone}]) => ({
      table,
      staged,
      inserted,
      updated,
      gone,
    }));
  }

  get callCounts(): readonly CallCount[] {
    return [...this.#calls.values()];
  }

  #count(event: Event): void {
    switch (event.event) {
      case 'call':
        this.#countCall(event);
        return;
      case 'pass started': {
        const {since} = event;
        this.#walks.set(walkKey(event), {pages: 0, ...(since !== undefined && {since})});
        return;
      }
      case 'page read': {
        const {total} = event;
        const walk = this.#walks.get(walkKey(event));
        const listed = total ?? walk?.listed;
        const pages = (walk?.pages ?? 0) + 1;
        this.#walks.set(walkKey(event), {...walk, pages, ...(listed !== undefined && {listed})});
        return;
      }
      case 'pass ended':
        this.#countPass(event);
        return;
      case 'load settled': {
        const {load, company, resource, slice = wholeResource, sha256, rows} = event;
        this.#loads.push({load, company, resource, slice, sha256, rows});
        return;
      }
      case 'periods proved':
        this.#periods += event.proven + event.differing + (event.unproven ?? 0);
        return;
      case 'statement':
        this.#statements++;
        if (event.table !== undefined) this.#tableOf(event.table).statements++;
        return;
      case 'table committed': {
        const table = this.#tableOf(event.table);
        table.staged += event.staged;
        table.inserted += event.inserted;
        table.updated += event.updated;
        table.gone += event.gone;
        return;
      }
      case 'upload':
        this.#uploads++;
        return;
      case 'problem': {
        const {kind, verdict, message, hint, facts} = event;
        this.#problems.push({kind, verdict, message, hint, facts});
        return;
      }
      case 'note':
        if (!this.#notes.includes(event.message)) this.#notes.push(event.message);
        return;
      default:
    }
  }

  #countCall({company, resource, status, bytes}: Extract<Event, {event: 'call'}>): void {
    this.#callsInAll++;
    const pass = JSON.stringify([company, resource]);
    this.#callsOfPass.set(pass, (this.#callsOfPass.get(pass) ?? 0) + 1);
    const key = JSON.stringify([company, resource, status]);
    const held = this.#calls.get(key) ?? {company, ...(resource && {resource}), status, calls: 0, bytes: 0};
    held.calls++;
    held.bytes += bytes;
    this.#calls.set(key, held);
  }

  #countPass({counts, event: _event, ...pass}: Extract<Event, {event: 'pass ended'}>): void {
    const key = JSON.stringify([pass.company, pass.resource]);
    const calls = this.#callsOfPass.get(key) ?? 0;
    this.#callsOfPass.delete(key); // Slices of a resource are read one after the other.
    const walk = this.#walks.get(walkKey(pass)) ?? {pages: 0};
    this.#walks.delete(walkKey(pass));
    this.#passes.push({...pass, slice: pass.slice ?? wholeResource, ...walk, ...counts, calls});
  }

  #tableOf(table: TableName): TableCount {
    let count = this.#tables.get(table);
    if (!count) {
      count = {staged: 0, inserted: 0, updated: 0, gone: 0, statements: 0};
      this.#tables.set(table, count);
    }
    return count;
  }
}

const walkKey = ({
  company,
  resource,
  slice = wholeResource,
}: Pick<Extract<Event, {event: 'page read'}>, 'company' | 'resource' | 'slice'>): string =>
  JSON.stringify([company, resource, slice]);
