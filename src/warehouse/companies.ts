import type {CompanyIdentity} from '../model/pass.ts';
import {tenantOf} from '../model/tenant.ts';
import type {Creation} from './creation.ts';
import type {HeldState} from './held-state.ts';
import type {Places} from './places.ts';
import {bindCompanies as bindSql, settledCompanies} from './sql/bind-companies.ts';

interface Context {
  readonly state: HeldState;
  readonly creation: Creation;
  readonly places: Places;
}

/**
 * Companies whose pair of id and tenant contradicts rows that were delivered: the id delivered rows of another tenant,
 * or the tenant delivered rows under another id. A pair that never delivered anything contradicts nothing.
 */
export async function foreignCompanies<Each extends CompanyIdentity>(
  companies: readonly Each[],
  context: Context,
  signal?: AbortSignal,
): Promise<readonly Each[]> {
  return (await sortOut(companies, context, signal)).foreign;
}

/** Binds each company that has delivered rows to its tenant; gives those that are foreign, which stay unbound. */
export async function bindCompanies<Each extends CompanyIdentity>(
  companies: readonly Each[],
  context: Context & {readonly renew: () => Promise<void>},
  signal?: AbortSignal,
): Promise<readonly Each[]> {
  const {fresh, foreign} = await sortOut(companies, context, signal);
  if (fresh.length > 0) {
    await context.renew();
    const {creation, places, state} = context;
    const bindings = fresh.map(({id, tenantId}) => ({companyId: id, tenantId: tenantOf(tenantId)}));
    await creation.sendControl({sql: bindSql(places.control('company'), bindings), label: 'bind'}, signal);
    state.forget();
  }
  return foreign;
}

async function sortOut<Each extends CompanyIdentity>(
  companies: readonly Each[],
  context: Context,
  signal?: AbortSignal,
): Promise<{readonly fresh: readonly Each[]; readonly foreign: readonly Each[]}> {
  const {tenants} = await context.state.read(signal);
  const held = new Map(tenants);
  const owners = Map.groupBy([...tenants], ([, tenant]) => tenant);
  const contested = companies.flatMap(({id, tenantId}) => {
    const tenant = tenantOf(tenantId);
    const rivals = (owners.get(tenant) ?? []).map(([owner]) => owner).filter(owner => owner !== id);
    return held.has(id) && held.get(id) !== tenant ? [id, ...rivals] : rivals;
  });
  const delivered = await whoDelivered(contested, context, signal);
  const owner = new Map([...tenants].filter(([id]) => delivered.has(id)).map(([id, tenant]) => [tenant, id]));
  const [fresh, foreign]: [Each[], Each[]] = [[], []];
  for (const company of companies) {
    const {id} = company;
    const tenant = tenantOf(company.tenantId);
    const isForeign = (owner.get(tenant) ?? id) !== id || (delivered.has(id) && held.get(id) !== tenant);
    if (isForeign) foreign.push(company);
    else if (held.get(id) !== tenant) fresh.push(company);
    if (isForeign) continue;
    // Of two companies in one call that claim one id or one tenant, the first has it.
    held.set(id, tenant);
    owner.set(tenant, id);
    delivered.add(id);
  }
  return {fresh, foreign};
}

/** Which of these ids have settled rows. Asks the tables only about an id or a tenant that two pairs claim. */
async function whoDelivered(
  ids: readonly string[],
  {state, creation, places}: Context,
  signal?: AbortSignal,
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const {checkpoints} = await state.read(signal);
  const delivered = new Set<string>(checkpoints.map(({companyId}) => companyId).filter(id => ids.includes(id)));
  const doubtful = [...new Set(ids)].filter(id => !delivered.has(id));
  if (doubtful.length === 0) return delivered;
  // A checkpoint may be lost; the record of loads still says that rows were settled.
  const sql = settledCompanies(places.control('load'), doubtful);
  const rows = await creation.sendControl({sql, label: 'delivered'}, signal);
  for (const row of rows) delivered.add(String(row['company_id']));
  return delivered;
}
