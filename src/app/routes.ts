import {SyncError} from '../base/errors.ts';
import type {JsonObject} from '../base/exact-json.ts';
import type {Config} from '../config/config.ts';
import {explainRoutes, type RouteVerdict} from '../ledger/ledger.ts';
import type {Mapping} from '../model/ledger.ts';
import type {Company} from '../model/pass.ts';
import type {Request} from './request.ts';

/** The routes as they are configured, or what each says of one account. Asks nobody. */
export function routes(
  {ledger}: Config,
  {explain, companies: narrowing}: Request,
  companies: readonly Company[],
): readonly JsonObject[] {
  if (!ledger) {
    throw new SyncError('configuration', 'there are no routes: the section `ledger` is empty', {
      hint: 'Write ledger.routes; docs/ledger.md shows how.',
    });
  }
  if (explain === undefined) return ledger.routes.map((route, index) => ({place: index + 1, ...shown(route)}));
  const asked = narrowing === undefined ? [undefined] : companies.map(({id}) => id);
  return asked.flatMap(company => {
    const verdicts = explainRoutes(ledger, {account: explain, ...(company !== undefined && {company})});
    const of = {account: explain, ...(company !== undefined && {company})};
    return [
      ...verdicts.map(verdict => ({...of, ...told(verdict)})),
      ...lastWord(ledger, verdicts).map(row => ({...of, ...row})),
    ];
  });
}

const shown = ({accounts, companies, group, table, column, intercompany}: Mapping['routes'][number]): JsonObject => ({
  accounts: accounts.map(rangeText).join(', '),
  companies: companies?.join(', ') ?? 'all',
  group,
  table: table ?? null,
  column: column ?? null,
  intercompany: intercompany ? 'yes' : 'no',
});

const rangeText = ({from, to}: {readonly from: string; readonly to: string}): string =>
  from === to ? from : `${from}-${to}`;

const told = ({place, route, verdict, range}: RouteVerdict): JsonObject => ({
  place,
  verdict,
  why: range ? rangeText(range) : 'none of its codes and ranges has it',
  ...shown(route),
});

/** What becomes of an account that no route takes, or that only some companies' routes do. */
function lastWord({unrouted}: Mapping, verdicts: readonly RouteVerdict[]): readonly JsonObject[] {
  const taken = verdicts.filter(({verdict}) => verdict === 'takes it');
  if (taken.some(({route}) => !route.companies)) return [];
  const group = unrouted === 'fail' ? 'none: the ledger is not built' : 'other';
  return [{place: null, verdict: 'no route', why: taken.length > 0 ? 'for other companies' : '', group}];
}
