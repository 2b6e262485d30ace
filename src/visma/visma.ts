/**
 * Visma.net over HTTP: tokens by client credentials, the rate window of each company, pages, and the proof that a
 * pass brought everything. It promises that a pass which ends without error was complete, that numbers keep their
 * digits, that a record cut by pages arrives whole, and that no token and no body stands in an error or event.
 * It does not walk a pass again when data moved (its caller does), keeps nothing between runs, and writes nothing
 * to Visma. Where pages proved too heavy a pass begins anew by smaller ones, so that records may come twice.
 */
import type {Clock} from '../base/clock.ts';
import {Network} from '../base/network.ts';
import type {Random} from '../base/random.ts';
import type {Secret} from '../base/secret.ts';
import type {Events} from '../model/events.ts';
import type {Company} from '../model/pass.ts';
import type {Source} from '../model/ports.ts';
import {safeAddress} from './addresses.ts';
import {CompanyLists, readUnpaged} from './company-lists.ts';
import {toListPage} from './list-page.ts';
import {readOne} from './read-one.ts';
import {Reading} from './reading.ts';
import {Requests} from './requests.ts';
import {Tokens} from './tokens.ts';
import {defaultTimeouts, type Timeouts, Wire} from './wire.ts';

export type {Timeouts} from './wire.ts';

export interface VismaOptions {
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  readonly scope?: string;
  readonly tokenUrl: string;
  readonly apiUrl: string;
  /** Further headers for a company, for older set-ups: `ipp-company-id`. */
  readonly headersOf?: (company: Company) => Readonly<Record<string, string>>;
  /** What is asked for; the answer's own maximum is believed. */
  readonly pageSize: number;
  /** The share of a company's rate window that may be taken, from 0 to 1. */
  readonly rateShare: number;
  /** The share of it that sweeps may take, from 0 to 1; no limit of their own where absent. */
  readonly sweepShare?: number;
  /** Whether a spent rate window is waited for instead of ending with `limited`. */
  readonly wait: boolean;
  readonly timeouts?: Partial<Timeouts>;
  /** Of one answer, unzipped. */
  readonly bodyBytesMax?: number;
  /** The way out; directly unless told. */
  readonly network?: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: Events;
}

const defaultScope = 'vismanet_erp_service_api:read';
const defaultBodyBytesMax = 256 * 1024 * 1024;
/** A list that every company has, with pages. */
const probe = {endpoint: '/v1/supplier', query: {pageNumber: '1', pageSize: '1'}};

/**
 * Opens Visma.net as a source. Sends nothing yet.
 * @throws SyncError `configuration` where an address is neither https nor on loopback
 */
export function openVisma(options: VismaOptions): Source {
  const {
    clientId,
    clientSecret,
    scope = defaultScope,
    clock,
    random,
    events,
    pageSize,
    rateShare,
    sweepShare = 1,
    wait,
  } = options;
  const wire = new Wire({
    timeouts: {...defaultTimeouts, ...options.timeouts},
    bodyBytesMax: options.bodyBytesMax ?? defaultBodyBytesMax,
    clock,
    events,
    network: options.network ?? new Network(),
  });
  const tokenUrl = safeAddress(options.tokenUrl, 'token_url');
  const tokens = new Tokens({clientId, clientSecret, scope, tokenUrl, clock}, wire);
  const apiUrl = safeAddress(options.apiUrl, 'api_url');
  const headersOf = options.headersOf ?? (() => ({}));
  const requests = new Requests(
    {apiUrl, headersOf, rateShare, sweepShare, wait, clock, random, events},
    {wire, tokens},
  );
  const lists = new CompanyLists((company, endpoint, signal) => readUnpaged(requests, {company, endpoint}, signal));
  const reading = new Reading(requests, {pageSize, events, lists});
  return {
    read: (pass, signal) => reading.read(pass, signal),
    slices: ({company, resource}, signal) => lists.slicesOf(company, resource.slicing, signal),
    periods: (company, signal) => lists.periodsOf(company, signal),
    count: (pass, signal) => reading.count(pass, signal),
    readOne: (of, signal) => readOne(of, requests, signal),
    window: company => requests.windowOf(company),
    check: async (company, signal) => {
      const answer = await requests.get({company, ...probe, shrinks: false, signal});
      toListPage(answer, {number: 1, paging: 'records', place: {company, endpoint: probe.endpoint}});
    },
  };
}
