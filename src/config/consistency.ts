import {tenantOf} from '../model/tenant.ts';
import {type Section, type Value, valueAt} from './document.ts';
import {type Path, type Problem, spelled} from './problem.ts';

/**
 * What the values have to be to each other. Looked at beside the schema and not after it, so that one reading of the
 * file finds everything.
 */
export function contradictions(values: Section): readonly Problem[] {
  return [...repeatedCompanies(values), ...halfCredentials(values)];
}

/**
 * Each id is one legal entity, and so is each tenant: with Visma Connect the company rides in the token, which is asked
 * for by tenant, and no header chooses another.
 */
function repeatedCompanies(values: Section): readonly Problem[] {
  const companies = valueAt(values, ['visma', 'companies']);
  if (!Array.isArray(companies)) return [];
  return [
    ...repeated(companies, {key: 'id', why: 'give each its own'}),
    ...repeated(companies, {key: 'tenant_id', why: 'one tenant is one company', spelledBy: tenantOf}),
  ];
}

interface Unique {
  readonly key: string;
  readonly why: string;
  /** Brings every spelling of one value into the same one. */
  readonly spelledBy?: (text: string) => string;
}

function repeated(companies: readonly Value[], {key, why, spelledBy = same}: Unique): readonly Problem[] {
  const values = companies
    .map(company => valueAt(company, [key]))
    .map(value => (typeof value === 'string' ? spelledBy(value) : value));
  return values.flatMap((value, index) => {
    const first = values.indexOf(value);
    if (value === undefined || first === index) return [];
    return [
      {path: ['visma', 'companies', index, key], message: `is the same as that of visma.companies[${first}]; ${why}`},
    ];
  });
}

const same = (text: string): string => text;

function halfCredentials(values: Section): readonly Problem[] {
  const id = valueAt(values, ['databricks', 'client_id']);
  const secret = valueAt(values, ['databricks', 'client_secret']);
  if ((id === undefined) === (secret === undefined)) return [];
  const [given, lacking] = id === undefined ? ['client_secret', 'client_id'] : ['client_id', 'client_secret'];
  const message = `is missing beside ${given}; write both, or neither for unified auth`;
  return [{path: ['databricks', lacking], message}];
}

/** What Databricks needs and unified auth cannot give. */
export function lackingWarehouse(values: Section): readonly Problem[] {
  if (valueAt(values, ['databricks', 'warehouse_id']) !== undefined) return [];
  const message = 'is missing; write the id of a SQL warehouse, or set DATABRICKS_WAREHOUSE_ID';
  return [{path: ['databricks', 'warehouse_id'], message}];
}

/** Whether a problem is only what follows from one that is told already: at its path, or at the list that holds it. */
export function followsFrom(told: readonly Problem[], path: Path): boolean {
  return told.some(problem => spelled(problem.path.slice(0, path.length)) === spelled(path));
}
