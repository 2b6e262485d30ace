import {SyncError} from '../../base/errors.ts';
import {KeySet} from '../../base/key-set.ts';
import type {Page, Pass} from '../../model/pass.ts';
import {recordKey} from '../../model/record-key.ts';
import type {Doors} from '../doors.ts';

/**
 * A whole list that comes in one answer and counts nothing may be cut off without a sign. Before it marks anything as
 * deleted it is read once more and has to show the same keys. That is one call, and only if the list is not what it
 * was; to wait for the next run instead would land and commit the list twice.
 */
export class SecondLook {
  readonly #pass: Pass;
  readonly #keys = new KeySet();
  #counted = false;
  #disputed = false;
  #pages = 0;

  constructor(pass: Pass) {
    this.#pass = pass;
  }

  see({records, total, oddities, disputed}: Page): void {
    if (this.#pass.resource.reading.kind !== 'snapshot') return;
    if (disputed) this.#disputed = true;
    if (oddities) return;
    this.#pages++;
    if (total !== undefined) this.#counted = true;
    for (const record of records) this.#keys.add(recordKey(record, this.#pass.resource));
  }

  /**
   * Reads the list again, if it may mark something and nothing has proved it yet. A disputed list marks nothing.
   * @throws SyncError `incomplete` if it shows other records
   */
  async confirm(doors: Doors, signal?: AbortSignal): Promise<void> {
    const {reading} = this.#pass.resource;
    if (reading.kind !== 'snapshot' || this.#disputed || !this.#mayMark) return;
    if (reading.each !== undefined) {
      // The list of ids counts nothing by itself; each record of it has just been read.
      const {came} = await doors.source.count(this.#pass, signal);
      if (came !== this.#keys.size) throw this.#differs();
      return;
    }
    // Pages without a count were walked twice already.
    if (this.#counted || this.#pages > 1) return;
    const again = new KeySet();
    for await (const {records} of doors.source.read(this.#pass, signal)) {
      for (const record of records) again.add(recordKey(record, this.#pass.resource));
    }
    if (again.digest !== this.#keys.digest) throw this.#differs();
  }

  /** A list that was never held marks nothing; one that is read again because rows were lost may. */
  get #mayMark(): boolean {
    const {previous, kind} = this.#pass;
    if (!previous) return kind === 'resync';
    return Math.max(previous.cursor.rowsHeld ?? 0, previous.cursor.tailRows) > 0;
  }

  #differs(): SyncError {
    const {company, resource, slice} = this.#pass;
    return new SyncError('incomplete', `two reads of ${resource.name} saw different records, at ${company.id}`, {
      facts: {company: company.id, resource: resource.name, ...(slice !== '' && {slice})},
    });
  }
}
