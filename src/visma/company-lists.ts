import type {JsonObject} from '../base/exact-json.ts';
import {unwrapped} from '../base/exact-json.ts';
import {type Slice, slice, wholeResource} from '../model/names.ts';
import type {Company, FinancialPeriod} from '../model/pass.ts';
import type {Slicing} from '../model/resource.ts';
import {type ListPage, toListPage} from './list-page.ts';
import type {Requests} from './requests.ts';

/** The lists that say by what a company's other lists have to be read. None of them has pages. */
const listPaths = {ledgers: '/v1/ledger', branches: '/v1/branch', periods: '/v1/financialPeriod'} as const;

type Fetch = (company: Company, endpoint: string, signal?: AbortSignal) => Promise<readonly JsonObject[]>;

/** Ledgers, branches and periods of each company, asked for once in a run, or taken from the pass that read them. */
export class CompanyLists {
  readonly #fetch: Fetch;
  readonly #held = new Map<string, Promise<readonly JsonObject[]>>();

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** A pass has read a list whole: if it is one of these, nobody needs to ask for it again. */
  offer({tenantId}: Company, endpoint: string, records: readonly JsonObject[]): void {
    if ((Object.values(listPaths) as readonly string[]).includes(endpoint)) {
      this.#held.set(keyOf(tenantId, endpoint), Promise.resolve(records));
    }
  }

  /**
   * The slices in the order of the lists: `ledger=ACTUAL`. They are the query that names them. A list may have a record
   * twice, which makes no second slice.
   */
  async slicesOf(company: Company, slicing: Slicing | undefined, signal?: AbortSignal): Promise<readonly Slice[]> {
    return [...new Set(await this.#allSlices(company, slicing, signal))];
  }

  async #allSlices(company: Company, slicing: Slicing | undefined, signal?: AbortSignal): Promise<readonly Slice[]> {
    switch (slicing) {
      case undefined:
        return [wholeResource];
      case 'ledger':
        return numbered(await this.#list(company, listPaths.ledgers, signal)).map(ledger =>
          sliceOf({ledger: textOf(ledger, 'number')}),
        );
      case 'budget':
        return this.#budgetSlices(company, signal);
      case 'financial year':
        return (await this.#years(company, signal)).map(({first, last}) =>
          sliceOf({fromFinPeriod: first, toFinPeriod: last}),
        );
    }
  }

  /** Financial periods, oldest first. One that the list has twice is one, and open if either says so. */
  async periodsOf(company: Company, signal?: AbortSignal): Promise<readonly FinancialPeriod[]> {
    const records = await this.#list(company, listPaths.periods, signal);
    const periods = records.map(record => {
      const [startsOn, endsOn] = [dayOf(record, 'startDate'), dayOf(record, 'endDate')];
      return {
        period: periodOf(record),
        open: record['closedInGeneralLedger'] !== true,
        ...(startsOn !== undefined && {startsOn}),
        ...(endsOn !== undefined && {endsOn}),
      };
    });
    const once = [...Map.groupBy(periods, ({period}) => period).values()].map(same => ({
      ...(same[0] as FinancialPeriod),
      open: same.some(({open}) => open),
    }));
    return once.toSorted((a, b) => (a.period < b.period ? -1 : Number(a.period > b.period)));
  }

  async #budgetSlices(company: Company, signal?: AbortSignal): Promise<readonly Slice[]> {
    const branches = numbered(await this.#list(company, listPaths.branches, signal));
    const ledgers = numbered(await this.#list(company, listPaths.ledgers, signal)).filter(isOfBudgets);
    const years = await this.#years(company, signal);
    return branches.flatMap(branch =>
      ledgers.flatMap(ledger =>
        years.map(({year}) =>
          sliceOf({branch: textOf(branch, 'number'), ledger: textOf(ledger, 'number'), financialYear: year}),
        ),
      ),
    );
  }

  async #years(
    company: Company,
    signal?: AbortSignal,
  ): Promise<ReadonlyArray<{readonly year: string; readonly first: string; readonly last: string}>> {
    const years = Map.groupBy(await this.periodsOf(company, signal), ({period}) => period.slice(0, 4));
    return [...years].map(([year, periods]) => ({
      year,
      first: `${year}01`,
      // A year whose later periods are not there yet keeps its name when they come.
      last: [`${year}12`, ...periods.map(({period}) => period)].toSorted().at(-1) ?? '',
    }));
  }

  #list(company: Company, endpoint: string, signal?: AbortSignal): Promise<readonly JsonObject[]> {
    const key = keyOf(company.tenantId, endpoint);
    const held = this.#held.get(key);
    if (held) return held;
    const asked = this.#fetch(company, endpoint, signal);
    this.#held.set(key, asked);
    asked.catch(() => this.#held.delete(key));
    return asked;
  }
}

/** A list without pages that brings fewer records than it counts is asked for once more: answers are cut at times. */
export async function readUnpaged(
  requests: Requests,
  place: {readonly company: Company; readonly endpoint: string},
  signal?: AbortSignal,
): Promise<readonly JsonObject[]> {
  const ask = async (): Promise<ListPage> => {
    const answer = await requests.get({...place, query: {}, shrinks: false, signal});
    return toListPage(answer, {number: 1, paging: 'unpaged', place});
  };
  const {records, totalCount = 0} = await ask();
  return records.length >= totalCount ? records : (await ask()).records;
}

const keyOf = (tenantId: string, endpoint: string): string => JSON.stringify([tenantId, endpoint]);

const sliceOf = (values: Readonly<Record<string, string>>): Slice => slice(new URLSearchParams(values).toString());

/** What has no number names no slice: asked for without one, a list brings what it likes. */
const numbered = (records: readonly JsonObject[]): readonly JsonObject[] =>
  records.filter(record => textOf(record, 'number') !== '');

const textOf = (record: JsonObject, property: string): string => String(unwrapped(record[property]) ?? '');

const dayOf = (record: JsonObject, property: string): string | undefined => {
  const day = textOf(record, property).slice(0, 10);
  return /^\d{4}-\d\d-\d\d$/.test(day) ? day : undefined;
};

/** `balanceType` is a word in the schema and a letter in the database. */
const isOfBudgets = (ledger: JsonObject): boolean => /^b(?:udget)?$/i.test(textOf(ledger, 'balanceType'));

/** YYYYPP, whether `period` counts within its year or bears the year as well. */
function periodOf(record: JsonObject): string {
  const period = textOf(record, 'period');
  return period.length >= 6 ? period : `${textOf(record, 'year')}${period.padStart(2, '0')}`;
}
