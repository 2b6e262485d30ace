import {resources as catalogue} from '../catalogue/catalogue.ts';
import {generalLedger, ledgerReserved, ledgerViews} from '../model/general-ledger.ts';
import type {AccountRange} from '../model/ledger.ts';
import {tablesOf} from '../model/resource.ts';
import {type Section, type Value, valueAt} from './document.ts';
import {readAccounts} from './ledger.ts';
import {type Path, type Problem, spelled} from './problem.ts';
import {resourcesOf, selectors, splitNames} from './selection.ts';

/** What is wrong with the mapping beyond its form. Looked at beside the schema, as are other contradictions. */
export function ledgerComplaints(values: Section): readonly Problem[] {
  const companies = idsIn(values);
  const routes = listAt(values, ['ledger', 'routes']).map((route, index) => routeIn(route, index));
  return [
    ...routes.flatMap(({accounts}) => accounts.flatMap((each, place) => misfits(each, accounts.slice(0, place)))),
    ...routes.flatMap((route, index) => unreached(route, routes.slice(0, index))),
    ...routes.flatMap(({companies: named}) => named.flatMap(each => unknownCompany(each, companies))),
    ...routes.flatMap(({table}) => (table ? takenTable(table) : [])),
    ...repeatedColumns(values, routes),
    ...currencyComplaints(values, companies),
    ...lackingResources(values),
  ];
}

interface Written {
  readonly path: Path;
  readonly text: string;
}

interface WrittenRange extends Written {
  readonly range: AccountRange;
}

interface WrittenRoute {
  readonly path: Path;
  readonly accounts: readonly WrittenRange[];
  readonly companies: readonly Written[];
  readonly table: Written | undefined;
  readonly column: Written | undefined;
}

const listAt = (values: Value, path: Path): readonly Value[] => {
  const found = valueAt(values, path);
  return Array.isArray(found) ? found : [];
};

const textAt = (values: Value, path: Path, within: Path): Written | undefined => {
  const found = valueAt(values, path);
  return typeof found === 'string' ? {path: [...within, ...path], text: found} : undefined;
};

const textsAt = (values: Value, path: Path, within: Path): readonly Written[] =>
  listAt(values, path).flatMap((value, index) =>
    typeof value === 'string' ? [{path: [...within, ...path, index], text: value}] : [],
  );

function routeIn(route: Value, index: number): WrittenRoute {
  const path = ['ledger', 'routes', index];
  return {
    path,
    accounts: textsAt(route, ['accounts'], path).map(each => ({...each, range: readAccounts(each.text)})),
    companies: textsAt(route, ['companies'], path),
    table: textAt(route, ['table'], path),
    column: textAt(route, ['column'], path),
  };
}

const idsIn = (values: Section): ReadonlyMap<string, string> =>
  new Map(
    listAt(values, ['visma', 'companies']).flatMap(company => {
      const [id, currency] = [valueAt(company, ['id']), valueAt(company, ['currency'])];
      return typeof id === 'string' ? [[id, typeof currency === 'string' ? currency : '']] : [];
    }),
  );

/** The order of texts as both engines have it: by their bytes. */
const compare = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));
const sizeOf = (code: string): number => [...code].length;

/** A range that is none, or that shares an account with one before it in the same route. */
function misfits({path, range}: WrittenRange, before: readonly WrittenRange[]): readonly Problem[] {
  if (sizeOf(range.from) !== sizeOf(range.to)) {
    const why = 'its codes have different lengths, and codes are texts';
    return [{path, message: `is no range: ${why}; write a range for each length, or one code behind an =`}];
  }
  if (compare(range.from, range.to) > 0) return [{path, message: 'is no range: it ends before it begins'}];
  const other = before.find(each => overlap(each.range, range));
  return other ? [{path, message: `overlaps ${spelled(other.path)}; leave one of them out`}] : [];
}

const overlap = (one: AccountRange, other: AccountRange): boolean =>
  sizeOf(one.from) === sizeOf(other.from) && compare(one.from, other.to) <= 0 && compare(other.from, one.to) <= 0;

const covers = (outer: AccountRange, inner: AccountRange): boolean =>
  overlap(outer, inner) && compare(outer.from, inner.from) <= 0 && compare(inner.to, outer.to) <= 0;

/** Accounts that one earlier route takes whole, for all of the companies: nothing ever comes so far. */
function unreached(route: WrittenRoute, before: readonly WrittenRoute[]): readonly Problem[] {
  const ids = route.companies.map(({text}) => text);
  const wider = before.filter(
    ({companies}) =>
      companies.length === 0 ||
      (ids.length > 0 &&
        isWithin(
          ids,
          companies.map(({text}) => text),
        )),
  );
  return route.accounts.flatMap(({path, range}) => {
    const taker = wider.find(({accounts}) => accounts.some(each => covers(each.range, range)));
    if (!taker) return [];
    return [{path, message: `is never reached: ${spelled(taker.path)} takes it first; put the narrower route first`}];
  });
}

const isWithin = (some: readonly string[], all: readonly string[]): boolean => some.every(each => all.includes(each));

const unknownCompany = ({path, text}: Written, companies: ReadonlyMap<string, string>): readonly Problem[] =>
  companies.has(text) || companies.size === 0
    ? []
    : [{path, message: `names no company; known are ${[...companies.keys()].join(', ')}`}];

const takenTables: ReadonlySet<string> = new Set([
  ...catalogue.flatMap(tablesOf).map(table => table.name),
  generalLedger,
  ...ledgerViews,
]);

const takenTable = ({path, text}: Written): readonly Problem[] =>
  takenTables.has(text) ? [{path, message: `is the name of another table of this schema; choose another`}] : [];

/** What general_ledger_by_column has beside the measures. */
const pivotNames: ReadonlySet<string> = new Set(['company_id', 'financial_period', 'currency', 'group_currency']);

function repeatedColumns(values: Section, routes: readonly WrittenRoute[]): readonly Problem[] {
  const measures = routes.flatMap(({column}) => (column ? [column] : []));
  const dimensions = listAt(values, ['ledger', 'dimensions']).flatMap((each, index) => {
    const column = textAt(each, ['column'], ['ledger', 'dimensions', index]);
    return column ? [column] : [];
  });
  return [...twice(measures, pivotNames, 'group_'), ...twice(dimensions, ledgerReserved, '_name')];
}

/** Each name stands once, and neither it nor what is made of it is taken. */
function twice(columns: readonly Written[], reserved: ReadonlySet<string>, beside: string): readonly Problem[] {
  return columns.flatMap(({path, text}, index) => {
    const made = beside.endsWith('_') ? `${beside}${text}` : `${text}${beside}`;
    if ([text, made].some(each => reserved.has(each))) {
      return [{path, message: 'is the name of a column that is there anyway; choose another'}];
    }
    const first = columns.findIndex(each => each.text === text || each.text === made);
    const other = columns[first];
    if (!other || first === index) return [];
    return [{path, message: `is the same as ${spelled(other.path)}, or as what is made of it; give each its own`}];
  });
}

function currencyComplaints(values: Section, companies: ReadonlyMap<string, string>): readonly Problem[] {
  const group = valueAt(values, ['ledger', 'group_currency']);
  const rates = valueAt(values, ['ledger', 'rates']);
  const owner = textAt(values, ['ledger', 'rates', 'company'], []);
  const foreign = [...companies].filter(([, currency]) => currency !== group).map(([id]) => id);
  return [
    ...(owner ? unknownCompany(owner, companies) : []),
    ...(group === undefined && rates !== undefined
      ? [{path: ['ledger', 'group_currency'], message: 'is missing beside rates; write the currency of the group'}]
      : []),
    ...(group !== undefined && rates === undefined && foreign.length > 0
      ? [{path: ['ledger', 'rates'], message: `is missing; ${foreign.join(', ')} keep other currencies`}]
      : []),
  ];
}

/** Without these there is nothing to build on. */
const needed = ['account', 'ledger', 'branch', 'subaccount', 'dimension', 'financial_period', 'journal_transaction'];

function lackingResources(values: Section): readonly Problem[] {
  const section = valueAt(values, ['ledger']);
  const written = valueAt(values, ['sync', 'resources']);
  if (section === undefined || Object.values(section).every(value => value === undefined)) return [];
  if (written === undefined) return [];
  const words = [written].flat().flatMap(one => (typeof one === 'string' ? splitNames(one, selectors) : []));
  const names = new Set<string>(resourcesOf(words).map(resource => resource.name));
  const rates = valueAt(values, ['ledger', 'rates']) === undefined ? [] : ['currency_rate'];
  const lacking = [...needed, ...rates].filter(name => !names.has(name));
  if (lacking.length === 0 || names.size === 0) return [];
  return [{path: ['sync', 'resources'], message: `lacks what ledger is made of: ${lacking.join(', ')}`}];
}
