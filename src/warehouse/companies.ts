import type {Company} from '../model/pass.ts';
import type {Creation} from './creation.ts';
import type {HeldState} from './held-state.ts';
import type {Places} from './places.ts';
import {bindCompanies as bindSql} from './sql/bind-companies.ts';

/** Binds companies that are not bound yet; gives those whose id or tenant is bound otherwise. */
export async function bindCompanies(
  companies: readonly Company[],
  {state, creation, places}: {state: HeldState; creation: Creation; places: Places},
  signal?: AbortSignal,
): Promise<readonly Company[]> {
  const {tenants} = await state.read(signal);
  const fresh = strangersTo(tenants, companies).fresh;
  if (fresh.length > 0) {
    const bindings = fresh.map(({id, tenantId}) => ({companyId: id, tenantId}));
    await creation.sendControl({sql: bindSql(places.control('company'), bindings), label: 'bind'}, signal);
    // Another run may have bound them otherwise in the meantime.
    state.forget();
  }
  return strangersTo((await state.read(signal)).tenants, companies).strangers;
}

/** Sorts out who is not bound yet, and who differs from what is held or from a company before it. */
function strangersTo(
  tenants: ReadonlyMap<string, string>,
  companies: readonly Company[],
): {fresh: Company[]; strangers: Company[]} {
  const held = new Map(tenants);
  const owners = new Map([...tenants].map(([id, tenant]) => [tenant, id]));
  const fresh: Company[] = [];
  const strangers: Company[] = [];
  for (const company of companies) {
    const {id, tenantId} = company;
    if (held.get(id) === tenantId) continue;
    if (held.has(id) || owners.has(tenantId)) {
      strangers.push(company);
      continue;
    }
    held.set(id, tenantId);
    owners.set(tenantId, id);
    fresh.push(company);
  }
  return {fresh, strangers};
}
