import type {Clock} from '../base/clock.ts';
import {SyncError} from '../base/errors.ts';
import type {Lease} from '../model/lease.ts';
import type {StatementValue} from '../model/ports.ts';
import type {Creation} from './creation.ts';
import type {SeenCommits} from './fences.ts';
import type {HeldState} from './held-state.ts';
import {readLease, releaseLease, renewLease, setFence, takeLease, unsetFence} from './sql/lease.ts';

export interface HolderOptions {
  readonly creation: Creation;
  readonly state: HeldState;
  readonly clock: Clock;
  /** The lease's table, quoted. */
  readonly table: string;
  /** How long it is ours after each renewal. */
  readonly leaseSeconds: number;
  readonly statementTimeoutSeconds: number;
  /** The newest commit that was seen: every fence is above it. */
  readonly seen: SeenCommits;
  /** Looks up the newest commit of all tables, for a lease whose row is new. */
  readonly newestCommit: (owner: string, signal?: AbortSignal) => Promise<number>;
}

/** The parameters of the condition under which a statement changes data. */
export const holderParameters = ({owner, fence}: Lease): Readonly<Record<string, StatementValue>> => ({
  owner,
  fence: BigInt(fence),
});

/**
 * Our side of the lease. Its expiry is by the warehouse's clock; our own, which only moves forward, tells how much of
 * the term is left at least, counted from before the request that renewed it.
 */
export class Holder {
  readonly #options: HolderOptions;
  readonly #renewAfterMs: number;
  #renewed: {readonly fence: number; readonly atMs: number} | undefined;
  /** What could not be given back, as far as is known. */
  #owed: Lease | undefined;

  constructor(options: HolderOptions) {
    const {leaseSeconds, statementTimeoutSeconds} = options;
    if (leaseSeconds <= statementTimeoutSeconds) {
      throw new SyncError('configuration', 'the lease must last longer than a statement may', {
        facts: {leaseSeconds, statementTimeoutSeconds},
      });
    }
    this.#options = options;
    // Half of what exceeds a statement's timeout is for the way to the warehouse and back.
    this.#renewAfterMs = (leaseSeconds - statementTimeoutSeconds) * 500;
  }

  /**
   * Each taking has a fence of its own: what was committed under an earlier one has been followed, and whoever follows
   * asks for greater ones. So what is owed is given back first, and a lease that was lost starts above every commit.
   */
  async acquire(owner: string, signal?: AbortSignal): Promise<Lease | undefined> {
    const {creation, clock, table, leaseSeconds, seen, newestCommit} = this.#options;
    if (this.#owed) await this.release(this.#owed, signal);
    const atMs = clock.monotonicMs();
    const send = (sql: string, above: number): Promise<unknown> => {
      const parameters = {owner, above: BigInt(above)};
      return creation.sendControl({sql, label: 'lease', parameters, tags: {run: owner}}, signal);
    };
    await send(takeLease(table, {leaseSeconds}), seen.newest);
    let holder = await this.#holder(signal);
    if (holder?.owner === owner && holder.fence === unsetFence) {
      seen.note([await newestCommit(owner, signal)]);
      await send(setFence(table), seen.newest);
      holder = await this.#holder(signal);
    }
    if (holder?.owner !== owner) return undefined;
    this.#renewed = {fence: holder.fence, atMs};
    return {owner, fence: holder.fence};
  }

  /** Whoever held it until now may have settled since the state was read. */
  async #holder(signal?: AbortSignal): Promise<Lease | undefined> {
    const {state} = this.#options;
    state.forget();
    return (await state.read(signal)).holder;
  }

  /** Sends nothing while a whole statement fits into what is left of the term. */
  async renew(lease: Lease, signal?: AbortSignal): Promise<void> {
    const {creation, clock, table, leaseSeconds} = this.#options;
    const atMs = clock.monotonicMs();
    if (this.#renewed?.fence === lease.fence && atMs - this.#renewed.atMs < this.#renewAfterMs) return;
    const tags = {run: lease.owner};
    const parameters = holderParameters(lease);
    await creation.sendControl({sql: renewLease(table, {leaseSeconds}), label: 'lease', parameters, tags}, signal);
    const [held] = await creation.sendControl({sql: readLease(table), label: 'lease', tags}, signal);
    if (held?.['owner'] !== lease.owner || Number(held['fence']) !== lease.fence) throw leaseLost(lease);
    this.#renewed = {fence: lease.fence, atMs};
  }

  async release(lease: Lease, signal?: AbortSignal): Promise<void> {
    const {creation, table} = this.#options;
    this.#renewed = undefined;
    this.#owed = lease;
    const parameters = holderParameters(lease);
    const tags = {run: lease.owner};
    await creation.sendControl({sql: releaseLease(table), label: 'lease', parameters, tags}, signal);
    this.#owed = undefined;
  }
}

export const leaseLost = ({owner, fence}: Lease): SyncError =>
  new SyncError('lease', 'the lease was lost: another run took it, or it ran out', {facts: {run: owner, fence}});
