import {at, bundle, isSection, resources, type Section, sectionAt, textAt, type Value} from './declarations.ts';

/** What a deployment resolves references with. */
export interface Deployment {
  readonly target: string;
  /** Where the files lie. */
  readonly filePath: string;
  /** Put before the names of schemas, as development does. */
  readonly schemaPrefix: string;
  readonly warehouseId: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
}

const reference = /\$\{([^{}]+)\}/g;

/** Resolves `${…}` as the CLI does, and `{{secrets/…}}` as the cluster does. Throws where a reference leads nowhere. */
export function resolve(value: Value, deployment: Deployment): Value {
  if (typeof value === 'string') return resolveText(value, deployment);
  if (Array.isArray(value)) return value.map(item => resolve(item, deployment));
  if (!isSection(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner, deployment)]));
}

function resolveText(text: string, deployment: Deployment): Value {
  const [, whole] = /^\$\{([^{}]+)\}$/.exec(text) ?? [];
  if (whole !== undefined) return resolve(lookUp(whole, deployment), deployment);
  const said = text.replaceAll(reference, (_, name: string) => String(resolve(lookUp(name, deployment), deployment)));
  return said.replaceAll(/\{\{secrets\/([^/}]+)\/([^}]+)\}\}/g, (_, scope: string, key: string) => {
    const secret = deployment.secrets[`${scope}/${key}`];
    if (secret === undefined) throw new Error(`there is no secret ${key} in the scope ${scope}`);
    return secret;
  });
}

function lookUp(name: string, {target, filePath, schemaPrefix, warehouseId, variables = {}}: Deployment): Value {
  const [kind = '', ...rest] = name.split('.');
  if (kind === 'var') return variables[rest[0] ?? ''] ?? at(bundle, 'variables', rest[0] ?? '', 'default');
  const fixed: Readonly<Record<string, string>> = {
    'bundle.target': target,
    'bundle.name': textAt(bundle, 'bundle', 'name'),
    'workspace.file_path': filePath,
    'workspace.current_user.userName': 'me@example.com',
    'resources.sql_warehouses.visma_warehouse.id': warehouseId,
  };
  const known = fixed[name];
  if (known !== undefined) return known;
  const [type, key, field] = rest;
  const body = resources.find(one => one.kind === type && one.key === key)?.body;
  const found = at(body, field ?? '');
  if (kind !== 'resources' || typeof found !== 'string') throw new Error(`a reference leads nowhere: ${name}`);
  return type === 'schemas' && field === 'name' ? `${schemaPrefix}${found}` : found;
}

/** The environment of the cluster, for the init script and the task. */
export function clusterEnvironment(deployment: Deployment): Readonly<Record<string, string>> {
  const cluster = sectionAt(bundle, 'variables', 'cluster', 'default');
  const resolved = resolve(sectionAt(cluster, 'spark_env_vars'), deployment);
  return Object.fromEntries(Object.entries(resolved as Section).map(([name, value]) => [name, String(value)]));
}
