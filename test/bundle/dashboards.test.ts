import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import {dashboardQueries, dashboards, plain, type Widget} from './dashboards.ts';
import {at, bundle, listAt, resources, root, sectionAt, textAt} from './declarations.ts';

const alerts = resources.filter(({kind}) => kind === 'alerts');
const gridColumns = 6;

/** The version of its form that each kind of widget has; another one is an invalid widget to the workspace. */
const versions: Readonly<Record<string, number>> = {counter: 2, table: 2, bar: 3};

const assertUnique = (names: readonly string[], what: string): void =>
  assert.deepEqual([...new Set(names)].sort(), [...names].sort(), what);

test('names within a dashboard are unique, and every dataset is shown somewhere', () => {
  assert.deepEqual(
    dashboards()
      .map(({key}) => key)
      .sort(),
    ['visma_ledger', 'visma_status'],
  );
  for (const {key, pages, datasets, widgets} of dashboards()) {
    assertUnique(
      datasets.map(({name}) => name),
      key,
    );
    assertUnique(pages, key);
    assertUnique(
      widgets.map(({page, name}) => `${page}/${name}`),
      key,
    );
    const shown = new Set(widgets.map(({dataset}) => dataset));
    assert.deepEqual(
      datasets.filter(({name}) => !shown.has(name)),
      [],
    );
  }
});

test('each widget asks a dataset that is there, shows fields that it asks for, and has the version of its kind', () => {
  for (const {key, datasets, widgets} of dashboards()) {
    for (const {name, type, version, dataset, fields, shown, title} of widgets) {
      const where = `${key}/${name}`;
      if (type === undefined) {
        assert.deepEqual([dataset, fields], [undefined, []], where);
        continue;
      }
      assert.equal(version, versions[type], where);
      assert.ok(
        datasets.some(one => one.name === dataset),
        where,
      );
      const asked = fields.map(field => field.name);
      assertUnique(asked, where);
      assert.ok(shown.length > 0 && title !== '', where);
      assert.deepEqual([...shown].sort(), [...asked].sort(), where);
    }
  }
});

test('widgets lie within the grid of six columns, and none over another', () => {
  for (const {key, pages, widgets} of dashboards()) {
    for (const page of pages) {
      const taken = new Map<string, string>();
      for (const widget of widgets.filter(one => one.page === page)) {
        const {x, width, height} = widget.place;
        assert.ok(x >= 0 && width > 0 && height > 0 && x + width <= gridColumns, `${key}/${widget.name}`);
        for (const cell of cellsOf(widget)) {
          assert.equal(taken.get(cell), undefined, `${key}/${page}: ${widget.name} lies over ${taken.get(cell)}`);
          taken.set(cell, widget.name);
        }
      }
    }
  }
});

const cellsOf = ({place: {x, y, width, height}}: Widget): readonly string[] =>
  Array.from({length: width * height}, (_, cell) => `${x + (cell % width)} ${y + Math.floor(cell / width)}`);

test('the definition is a text, for within a structure the CLI resolves no reference to a resource', () => {
  for (const {key, body} of resources.filter(({kind}) => kind === 'dashboards')) {
    assert.equal(typeof body['serialized_dashboard'], 'string', key);
    assert.equal(body['file_path'], undefined, key);
    assert.equal(body['embed_credentials'], false, key);
    assert.equal(body['warehouse_id'], `\${var.warehouse_id}`, key);
  }
});

test('queries name catalog and schemas of the deployment, whatever its prefix and warehouse', () => {
  const developed = {...plain, schemaPrefix: 'dev_me_', variables: {catalog: 'my-catalog'}};
  for (const {name, sql} of dashboardQueries(developed)) {
    assert.doesNotMatch(sql, /\$\{/, name);
    const named = [...sql.matchAll(/\b(?:FROM|JOIN) (`[^\s,)]+)/g)].map(([, table = '']) => table);
    assert.ok(named.length > 0, name);
    for (const table of named) assert.match(table, /^`my-catalog`\.`dev_me_visma(?:_control)?`\.\w+$/, name);
  }
});

test('an alert compares a column of its query, is at ease where nothing is found, and has the schedule of all', () => {
  assert.deepEqual(alerts.map(({key}) => key).sort(), ['visma_moved', 'visma_proof', 'visma_stale']);
  for (const {key, body} of alerts) {
    assert.match(textAt(body, 'query_text'), new RegExp(`\\b${textAt(body, 'evaluation', 'source', 'name')}\\b`), key);
    assert.equal(textAt(body, 'evaluation', 'empty_result_state'), 'OK', key);
    assert.deepEqual(
      sectionAt(body, 'schedule'),
      {quartz_cron_schedule: `\${var.alert_cron}`, timezone_id: `\${var.timezone}`},
      key,
    );
    assert.equal(textAt(body, 'evaluation', 'notification', 'subscriptions'), `\${var.alert_subscriptions}`, key);
  }
});

test('what needs the tables of a ledger is not deployed unless it is switched on', () => {
  const included = listAt(bundle, 'include').map(String);
  const ledgerTables = /\.(?:trial_balance\w*|ledger_at_close|late_posting|period_\w+|journal_check|reconciliation)\b/;
  const needing = resources.filter(({body}) => ledgerTables.test(JSON.stringify(body))).map(({file}) => file);
  assert.deepEqual(needing.sort(), [
    'resources/optional/visma_ledger.yml',
    'resources/optional/visma_moved.alert.yml',
    'resources/optional/visma_proof.alert.yml',
  ]);
  for (const file of needing) {
    assert.ok(!included.includes(file), file);
    // Where somebody looks for how to switch it on.
    assert.ok(readFileSync(path.join(root, 'databricks.yml'), 'utf8').includes(`# - ${file}`), file);
  }
});

test('who reads the tables may look at the dashboards, in production', () => {
  const own = resources.find(({key}) => key === 'visma_status');
  assert.equal(own?.body['permissions'], undefined);
  const [granted] = listAt(bundle, 'targets', 'prod', 'resources', 'dashboards', 'visma_status', 'permissions');
  assert.deepEqual(granted, {group_name: `\${var.readers}`, level: 'CAN_READ'});
  assert.notEqual(at(bundle, 'targets', 'prod', 'variables', 'alert_subscriptions'), undefined);
});
