import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import test, {after, before} from 'node:test';
import {
  bundle,
  isSection,
  type Resource,
  readYaml,
  resourceFiles,
  resources,
  type Section,
  sectionAt,
} from './declarations.ts';
import {makePython, type Python} from './python.ts';

let python: Python;
before(async () => {
  python = await makePython(['databricks-bundles']);
});
after(() => python.remove());

type Candidate = Pick<Resource, 'kind' | 'body'>;

/** What the vendor's classes say of each: null where they take it. */
function judged(candidates: readonly Candidate[]): ReadonlyArray<string | null> {
  const script = path.join(import.meta.dirname, 'accept.py');
  const ran = spawnSync(python.executable, [script], {input: JSON.stringify(candidates), encoding: 'utf8'});
  assert.equal(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout) as ReadonlyArray<string | null>;
}

const cluster: Candidate = {kind: 'clusters', body: sectionAt(bundle, 'variables', 'cluster', 'default')};

/** What a target puts over the resources, complete enough to be taken by itself. */
const targets = [bundle, ...resourceFiles.map(readYaml)].flatMap(said => Object.values(sectionAt(said, 'targets')));
const overrides: readonly Candidate[] = targets.flatMap(target =>
  Object.entries(sectionAt(target, 'resources')).flatMap(([kind, bodies]) =>
    Object.values(isSection(bodies) ? bodies : {}).map(body => ({kind, body: isSection(body) ? body : {}})),
  ),
);

test('the classes of databricks-bundles take every resource, the cluster, and what targets put over them', () => {
  const candidates = [...resources, cluster, ...overrides];
  assert.ok(candidates.length >= 20);
  assert.deepEqual(
    judged(candidates),
    candidates.map(() => null),
  );
});

/** A copy with another value at a path of keys, list places among them. */
function withValue(value: unknown, [key, ...rest]: ReadonlyArray<string | number>, put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value)) return value.map((item, place) => (place === key ? withValue(item, rest, put) : item));
  const section = value as Section;
  return {...section, [key]: withValue(section[key], rest, put)};
}

test('and refuse a misspelt field, a value that is none, and what is left out', () => {
  const job = resources.find(({key}) => key === 'visma_sync')?.body;
  const wrong = [
    withValue(job, ['max_concurent_runs'], 1),
    withValue(job, ['queue'], {enabled: true, enable: true}),
    withValue(job, ['tasks', 0, 'spark_python_task', 'python_fil'], 'x.py'),
    withValue(job, ['health', 'rules', 0, 'op'], 'MORE_THAN'),
    withValue(job, ['tasks', 0, 'spark_python_task'], {parameters: []}),
  ].map(body => ({kind: 'jobs', body: body as Section}));
  const more: readonly Candidate[] = [
    {kind: 'schemas', body: {name: 'visma'}},
    {kind: 'volumes', body: {...resources.find(({kind}) => kind === 'volumes')?.body, volume_type: 'MANGED'}},
    {kind: 'clusters', body: {...cluster.body, spark_env_var: {}}},
    {kind: 'alerts', body: {...resources.find(({kind}) => kind === 'alerts')?.body, query: 'SELECT 1'}},
    {kind: 'dashboards', body: {...resources.find(({kind}) => kind === 'dashboards')?.body, embed_credential: true}},
  ];
  assert.deepEqual(
    judged([...wrong, ...more]).map(said => said !== null),
    [...wrong, ...more].map(() => true),
  );
});
