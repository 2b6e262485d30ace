import type {CompanyPeriod, PeriodProof, UnlistedBalance} from '../../model/ledger.ts';
import {wholeResource} from '../../model/names.ts';
import type {Page, Pass} from '../../model/pass.ts';
import type {Source} from '../../model/ports.ts';
import {recordKey} from '../../model/record-key.ts';
import type {Resource} from '../../model/resource.ts';
import type {Doors} from '../doors.ts';

const keyOf = ({companyId, period}: CompanyPeriod): string => JSON.stringify([companyId, period]);

/**
 * Remembers which balances the ERP has listed, by company and period, while they are read for a proof: a row that the
 * table holds and the list lacks is no balance any more, though only sweeps may mark it. A disputed list tells nothing.
 */
export class ListedBalances {
  readonly #resource: Resource;
  readonly #listed = new Map<string, ReadonlySet<string>>();

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  /** The same source; what it lists of a period is remembered once all of it was read. */
  watch(source: Source): Source {
    return {
      read: (pass, signal) => this.#read(source, pass, signal),
      slices: (of, signal) => source.slices(of, signal),
      periods: (company, signal) => source.periods(company, signal),
      count: (pass, signal) => source.count(pass, signal),
      readOne: (of, signal) => source.readOne(of, signal),
      window: company => source.window(company),
      check: (company, signal) => source.check(company, signal),
    };
  }

  async *#read(source: Source, pass: Pass, signal?: AbortSignal): AsyncIterable<Page> {
    const {portion, resource, company} = pass;
    const isOne = resource.name === this.#resource.name && portion?.kind === 'period' && pass.since === undefined;
    const keys = new Set<string>();
    let disputed = false;
    for await (const page of source.read(pass, signal)) {
      disputed ||= page.disputed === true;
      if (isOne) for (const record of page.records) keys.add(recordKey(record, resource));
      yield page;
    }
    if (isOne && !disputed) this.#listed.set(keyOf({companyId: company.id, period: portion.period}), keys);
  }

  /** Those of these periods whose balances were read to their end. */
  readToTheEnd(periods: readonly CompanyPeriod[]): readonly CompanyPeriod[] {
    return periods.filter(each => this.#listed.has(keyOf(each)));
  }

  /** Rows that the table holds of these periods and the lists lacked. Asks for keys only where the counts differ. */
  async unlisted(
    proofs: readonly PeriodProof[],
    warehouse: Doors['warehouse'],
    signal?: AbortSignal,
  ): Promise<readonly UnlistedBalance[]> {
    const found: UnlistedBalance[] = [];
    for (const {companyId, period, evidence} of proofs) {
      const listed = this.#listed.get(keyOf({companyId, period}));
      // Both counts are of all ledgers, those of budgets included.
      if (!listed || evidence.balanceRows <= listed.size) continue;
      const of = {resource: this.#resource, companyId, slice: wholeResource, period};
      const keys = await warehouse.readKeys(of, signal);
      const lost = keys.filter(({recordId, isDeleted}) => !isDeleted && !listed.has(recordId));
      found.push(...lost.map(({recordId}) => ({companyId, recordId})));
    }
    return found;
  }
}
