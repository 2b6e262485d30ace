/**
 * The general ledger over the raw tables: one Delta table of all posted lines of all companies, mapped as it was
 * configured, the routed tables and the views beside it, the checks of the journals, and the proof against the ERP's
 * own balances. The room promises that each posted line stands there once, that only what changed is worked on, that a
 * run which dies is caught up by the next, and that nothing is written under a lease that is lost. It reads nothing of
 * Visma and decides no order of work.
 */
import {hash} from 'node:crypto';
import type {Ledger, Mapping} from '../model/ledger.ts';
import type {Company} from '../model/pass.ts';
import type {Statements} from '../model/ports.ts';
import {attest} from './attestation.ts';
import {close} from './closing.ts';
import {follow} from './following.ts';
import {placesIn} from './places.ts';
import {prove, record} from './proof.ts';
import type {Sending} from './sending.ts';
import {standing} from './standing.ts';

export {openLedgerCopies} from './masking.ts';
export {sourceTables as ledgerSources} from './places.ts';
export {type AskedAccount, explainRoutes, type RouteVerdict} from './route.ts';

export interface LedgerOptions {
  readonly statements: Statements;
  readonly catalog: string;
  readonly schema: string;
  readonly mapping: Mapping;
  /** All configured ones, whatever a run is narrowed to. */
  readonly companies: readonly Company[];
  /** The program's, for the query history. */
  readonly version: string;
  /** Creates the raw tables that the ledger follows, where a resource was never read. */
  readonly prepareSources: (signal?: AbortSignal) => Promise<void>;
}

/** Raised whenever the ledger's tables, views or rows are made otherwise: then all is built anew. */
const form = 3;

/** Sends nothing until the first verb. */
export function openLedger(options: LedgerOptions): Ledger {
  const {statements, mapping, companies, version, prepareSources} = options;
  const currencies = companies.map(({id, currency}) => [id, currency]);
  const written = JSON.stringify(mapping);
  const fingerprint = hash('sha256', JSON.stringify({form, mapping, currencies}), 'hex').slice(0, 32);
  const send: Sending = (statement, signal) =>
    statements.run({...statement, tags: {version, ...statement.tags}}, signal);
  const ground = {places: placesIn(options), mapping, companies};
  return {
    fingerprint,
    follow: (following, signal) => follow(following, {send, ground, fingerprint, written, prepareSources}, signal),
    prove: (of, signal) => prove(of, {send, ground}, signal),
    record: (of, signal) => record(of, {send, ground}, signal),
    close: (of, signal) => close(of, {send, ground}, signal),
    standing: signal => standing({send, ground}, signal),
    attest: (of, signal) => attest(of, {send, ground, fingerprint}, signal),
  };
}
