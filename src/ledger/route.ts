import type {AccountRange, Mapping, Route} from '../model/ledger.ts';
import type {CompanyId} from '../model/names.ts';

/** A code as it is asked about: of one company, or of any. */
export interface AskedAccount {
  readonly account: string;
  readonly company?: CompanyId;
}

/** One route beside an account: whether it takes it, and why. */
export interface RouteVerdict {
  /** Its place in the configuration, from 1. */
  readonly place: number;
  readonly route: Route;
  readonly verdict: 'takes it' | 'taken before' | 'other accounts' | 'other companies';
  /** The range or code that has the account. */
  readonly range?: AccountRange;
}

/** What each route says of an account, in order; the first that takes it has it. */
export function explainRoutes({routes}: Mapping, {account, company}: AskedAccount): readonly RouteVerdict[] {
  let isTaken = false;
  return routes.map((route, index): RouteVerdict => {
    const place = index + 1;
    const range = route.accounts.find(each => holds(each, account));
    if (!range) return {place, route, verdict: 'other accounts'};
    const isOwn = company === undefined || !route.companies || route.companies.includes(company);
    if (!isOwn) return {place, route, verdict: 'other companies', range};
    if (isTaken) return {place, route, verdict: 'taken before', range};
    // Of any company: a route of some companies leaves the others to those behind it.
    isTaken = company !== undefined || !route.companies;
    return {place, route, verdict: 'takes it', range};
  });
}

/** As the engines compare: of the same number of characters, and between them by bytes. */
export function holds({from, to}: AccountRange, account: string): boolean {
  const [code, least, most] = [account, from, to].map(text => Buffer.from(text)) as [Buffer, Buffer, Buffer];
  const isSized = [...account].length === [...from].length;
  return isSized && Buffer.compare(least, code) <= 0 && Buffer.compare(code, most) <= 0;
}
