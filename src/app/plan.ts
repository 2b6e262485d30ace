import type {JsonObject} from '../base/exact-json.ts';
import type {CompanyPlan, PlanEnd} from '../sync/sync.ts';

/**
 * A forecast as rows: for each company its resources in the order of work, then the company in all, where `resource`
 * is null. `minutes` of a company hold the waits between its windows.
 */
export const planDetails = ({companies}: PlanEnd): readonly JsonObject[] => companies.flatMap(ofCompany);

const ofCompany = ({company, resources, calls, seconds, windows, window}: CompanyPlan): readonly JsonObject[] => [
  ...resources.map(each => ({
    company,
    resource: each.resource,
    kind: each.kind,
    slices: each.slices,
    rows: each.rows ?? null,
    calls: each.calls,
    minutes: minutesOf(each.seconds),
    basis: each.basis,
  })),
  {
    company,
    resource: null,
    kind: null,
    slices: resources.reduce((sum, each) => sum + each.slices, 0),
    rows: resources.reduce((sum, {rows = 0}) => sum + rows, 0),
    calls,
    minutes: minutesOf(seconds),
    basis: null,
    windows: windows ?? null,
    limit: window?.limit ?? null,
    remaining: window?.remaining ?? null,
  },
];

/** To the tenth, upward: nothing takes no time. */
const minutesOf = (seconds: number): number => Math.ceil(seconds / 6) / 10;
