import type {AddressInfo} from 'node:net';
import {Api} from './api.ts';
import {Background} from './background.ts';
import {type Behaviour, legalEntities, type SimCompany, usual} from './behaviour.ts';
import {controlRoom} from './control-room.ts';
import {Controls} from './controls.ts';
import {type CompanySize, generate} from './data/generate.ts';
import type {Setting} from './data/setting.ts';
import {type Traded, trade} from './data/trading.ts';
import {endpointOf} from './endpoints.ts';
import type {Entity} from './exact.ts';
import {type Fault, Faults, type SetFault} from './faults.ts';
import {Lists} from './lists.ts';
import {RateWindow} from './rate-window.ts';
import {type Request, RequestLog, type Wanted} from './request-log.ts';
import {makeServer} from './server.ts';
import {SimClock} from './sim-clock.ts';
import type {Zone} from './stamps.ts';
import {Books} from './store.ts';
import {Tokens} from './tokens.ts';
import {deletedOf, goneOf, listed, type Posted, postedOf, type Queries, type Truth, truthOf} from './truth.ts';

/**
 * A Visma.net ERP that runs on this machine: tokens, lists and single records over HTTP as the vendor documents them,
 * with what clients stumble over — silent clamps, metadata inside records, parameters that count for nothing, batches
 * cut in two, stamps without a zone. It tells what is true in it, changes when told to, and fails when told to.
 * It shares no code with what it is there to try. It does not write or send webhooks.
 */
export interface VismaOptions {
  readonly port?: number;
  readonly seed?: number;
  /** `demo`: some hundreds of invoices; `empty`: nothing at all; or totals over all companies. */
  readonly size?: 'demo' | 'empty' | Size;
  /** Texts, keys and numbers that careless readers break on; there unless a size is given in numbers. */
  readonly nasty?: boolean;
  /** Which of the legal entities there are; all of `se`, `no` and `dk` unless told. */
  readonly companies?: readonly string[];
  /** Where the simulator's clock begins, ISO with `Z`. It stands still unless it is running. */
  readonly now?: string;
  readonly clock?: 'frozen' | 'running';
  readonly zone?: Zone;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly behaviour?: Partial<Behaviour>;
}

/** Totals over all companies; journal lines are at least so many. */
export interface Size {
  readonly invoices: number;
  readonly journalLines: number;
  readonly suppliers?: number;
  readonly customers?: number;
}

export type {Behaviour, SimCompany} from './behaviour.ts';
export {type Entity, type Exact, exact, isExact, type Json, numberText, parseExactly} from './exact.ts';
export type {Fault, SetFault} from './faults.ts';
export type {Request, Wanted} from './request-log.ts';
export type {Key} from './store.ts';
export type {Posted, Queries, Truth} from './truth.ts';

/** Starts it on loopback and gives it into your hands; close it when done. */
export async function startVisma(options: VismaOptions = {}): Promise<VismaSim> {
  const sim = new VismaSim(options);
  await sim.listen(options.port ?? 0);
  return sim;
}

const demo: Size = {invoices: 600, journalLines: 10_000, suppliers: 75, customers: 120};

export class VismaSim extends Controls {
  readonly companies: readonly SimCompany[];
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: SimClock;
  /** May be changed at any time. */
  readonly behaviour: Behaviour;
  readonly #books: ReadonlyMap<string, Books>;
  readonly #settings: ReadonlyMap<string, Setting>;
  readonly #faults = new Faults();
  readonly #log = new RequestLog();
  readonly #tokens: Tokens;
  readonly #window: RateWindow;
  readonly #server: ReturnType<typeof makeServer>;
  #port = 0;

  constructor(options: VismaOptions = {}) {
    super(company => this.booksOf(company));
    this.companies = chosen(options.companies);
    this.clientId = options.clientId ?? 'isv_nordic_sync';
    this.clientSecret = options.clientSecret ?? 'simulated-client-secret';
    this.clock = new SimClock({
      startsAt: options.now ?? '2026-03-20T07:30:00Z',
      running: options.clock === 'running',
      zone: options.zone ?? 'oslo',
    });
    this.behaviour = {...usual, ...options.behaviour};
    this.#books = new Map(this.companies.map(({id}) => [id, new Books(this.clock, this.behaviour)]));
    this.#settings = this.#filled(options);
    const {clock, behaviour, companies} = this;
    this.#tokens = new Tokens(this, {companies, clock, behaviour});
    this.#window = new RateWindow({clock, behaviour});
    this.#server = this.#makeServer();
  }

  get port(): number {
    return this.#port;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get tokenUrl(): string {
    return `${this.apiUrl}/connect/token`;
  }

  get controlUrl(): string {
    return `${this.apiUrl}/_control`;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  close(): Promise<void> {
    return new Promise(resolve => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** The legal entity by id, tenant or name. */
  company(name: string): SimCompany {
    const found = this.companies.find(({id, tenantId, name: full}) => [id, tenantId, full].includes(name));
    if (!found) throw new RangeError(`no such company: ${name}`);
    return found;
  }

  booksOf(company: string): Books {
    const books = this.#books.get(this.company(company).id);
    if (!books) throw new RangeError(`no books of ${company}`);
    return books;
  }

  /** Every record as the lists show it now, by collection; `queries` names the parameters the lists are read with. */
  truth(company: string, queries: Queries = {}): Truth {
    return truthOf(this.booksOf(company), {queries, behaviour: this.behaviour});
  }

  /** What was deleted, as it was last, by collection. */
  deleted(company: string): Truth {
    return deletedOf(this.booksOf(company));
  }

  /** What one list shows on all its pages, by its path, read with these parameters. */
  listed(company: string, path: string, query: Readonly<Record<string, string>> = {}): readonly Entity[] {
    return listed(this.booksOf(company), endpointOf(path), {query, behaviour: this.behaviour});
  }

  /** What stood in a list and is gone, as it was last. */
  gone(company: string, path: string, query: Readonly<Record<string, string>> = {}): readonly Entity[] {
    return goneOf(this.booksOf(company), endpointOf(path), query);
  }

  /** Debit and credit by account and period over all posted batches, in units of 10^-18. */
  posted(company: string): readonly Posted[] {
    return postedOf(this.booksOf(company));
  }

  /** A day of business: new invoices with their batches, and payments of open ones. */
  trade({company, invoices = 4, payments = 2}: {readonly company: string} & Partial<Traded>): Traded {
    const setting = this.#settings.get(this.company(company).id);
    if (!setting || setting.suppliers.length === 0) throw new RangeError(`${company} has nobody to trade with`);
    return trade(setting, {clock: this.clock, invoices, payments});
  }

  /** Sets what goes wrong, and at which of the matching requests. */
  fault(fault: Fault): SetFault {
    return this.#faults.set(fault.company === undefined ? fault : {...fault, company: this.company(fault.company).id});
  }

  liftFaults(): void {
    this.#faults.liftAll();
  }

  /** Every token given so far answers 401 from now on. */
  revokeTokens(): void {
    this.#tokens.revokeAll();
  }

  /** Takes requests out of a company's rate window, as another integration would. */
  spend(company: string, requests: number): void {
    this.#window.spend({company: this.company(company).id, clientId: this.clientId}, requests);
  }

  remaining(company: string): number {
    return this.#window.remaining({company: this.company(company).id, clientId: this.clientId});
  }

  requests(wanted: Wanted = {}): readonly Request[] {
    return this.#log.requests(wanted);
  }

  requestCount(wanted: Wanted = {}): number {
    return this.#log.count(wanted);
  }

  /** By company and path: `se /v1/supplier`. */
  requestCounts(): Readonly<Record<string, number>> {
    return this.#log.counts();
  }

  clearLog(): void {
    this.#log.clear();
  }

  #filled({size = 'demo', nasty, seed = 1}: VismaOptions): ReadonlyMap<string, Setting> {
    if (size === 'empty') return new Map();
    const each = shareOf(size === 'demo' ? demo : size, this.companies.length);
    return new Map(
      this.companies.map(company => [
        company.id,
        generate({
          company,
          books: this.booksOf(company.id),
          clock: this.clock,
          seed,
          size: each,
          nasty: nasty ?? size === 'demo',
          convertsTotals: this.behaviour.convertedTotals === 'converted once',
        }),
      ]),
    );
  }

  #makeServer(): ReturnType<typeof makeServer> {
    const api = new Api({
      tokens: this.#tokens,
      window: this.#window,
      lists: new Lists(this.behaviour),
      behaviour: this.behaviour,
      booksOf: company => this.booksOf(company),
      background: new Background({clock: this.clock, behaviour: this.behaviour, apiUrl: () => this.apiUrl}),
    });
    return makeServer({
      api,
      tokens: this.#tokens,
      faults: this.#faults,
      log: this.#log,
      clock: this.clock,
      behaviour: this.behaviour,
      companyOfTenant: tenantId => this.companies.find(company => company.tenantId === tenantId)?.id,
      control: controlRoom(() => this),
    });
  }
}

function chosen(ids: readonly string[] | undefined): readonly SimCompany[] {
  if (!ids) return legalEntities;
  return ids.map(id => {
    const found = legalEntities.find(company => company.id === id);
    if (!found) throw new RangeError(`no such company: ${id}`);
    return found;
  });
}

function shareOf({invoices, journalLines, suppliers, customers}: Size, companies: number): CompanySize {
  const each = (total: number): number => Math.ceil(total / companies);
  return {
    invoices: each(invoices),
    journalLines: each(journalLines),
    suppliers: each(suppliers ?? Math.max(9, Math.min(3000, invoices / 10))),
    customers: each(customers ?? Math.max(9, Math.min(6000, invoices / 5))),
  };
}
