import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, test} from 'node:test';
import type {JsonObject} from '../../../src/base/exact-json.ts';
import type {Event} from '../../../src/model/events.ts';
import type {Manifest} from '../../../src/model/load.ts';
import {loadId, runId} from '../../../src/model/names.ts';
import {commit} from '../../../src/sync/commit/commit.ts';
import type {Doors} from '../../../src/sync/doors.ts';
import {invoice, unit} from '../../warehouse/resources.ts';
import {OfferedTransactions, refusal} from '../../warehouse/transactions.ts';
import {land, volumeFolder, Workspace, warehouseOn} from '../../warehouse/workspace.ts';

/** Commits in order and in one transaction, on the local engine and a model of the offer: the ends are the same. */
let workspace: Workspace;
let company = '';
let companies = 0;
let runs = 0;
let events: Event[] = [];

before(async () => {
  workspace = await Workspace.open();
});
after(() => workspace.close());
beforeEach(() => {
  company = `c${++companies}`;
});
afterEach(heal);

function heal(): void {
  workspace.before = () => undefined;
  workspace.beforeInside = () => undefined;
  workspace.clock.advance(3_600_000);
}

/** One run's commit of all that waits, in a process of its own. */
async function commitAll(loads: readonly Manifest[], {accepts = false} = {}) {
  events = [];
  const owner = runId(`run-${++runs}`);
  const warehouse = warehouseOn(workspace, [invoice, unit]);
  const doors = {
    warehouse,
    landing: {
      pending: async (finished: ReadonlyMap<string, Date>) => ({
        loads: loads.filter(({loadId}) => !finished.has(loadId)),
        unusable: [],
      }),
      digestOf: ({loadId}: Manifest) => `digest of ${loadId}`,
      pathOf: (load: Manifest, file: {name: string}) => `${volumeFolder}/${load.resource}/${load.loadId}/${file.name}`,
    },
    settings: {deletionGuard: 0.3},
    privacy: {rules: []},
    events: (event: Event) => void events.push(event),
  } as unknown as Doors;
  const lease = await warehouse.acquire(owner);
  assert.ok(lease);
  const scope = {companies: [], resources: [invoice, unit], narrowed: false};
  const end = await commit({runId: owner, lease, scope, accepts: () => accepts}, doors);
  await warehouse.release(lease);
  return end;
}

const line = (lineNumber: number, amount: number): JsonObject => ({lineNumber, amount});
const record = (referenceNumber: string, amount: number, lines: readonly JsonObject[] = []): JsonObject => ({
  referenceNumber,
  amount,
  lines,
});

/** A first load that is committed, and a delta behind it that changes a header and its lines and brings a record. */
async function bothLoads(): Promise<readonly [Manifest, Manifest]> {
  const first = [record('1', 1, [line(1, 1), line(2, 2)]), record('2', 2, [line(1, 9)])];
  const second = [record('1', 3, [line(2, 3)]), record('3', 4, [line(1, 4)])];
  return [
    await land(workspace, {resource: invoice, company, records: first}),
    await land(workspace, {resource: invoice, company, sequence: 2, records: second}),
  ];
}

/** What a reader sees of the company: headers, lines, and how far it is settled. */
async function seen() {
  const live = async (table: string) =>
    (
      await workspace.query(`SELECT record_id, CAST(amount AS STRING) AS amount FROM main.visma.${table}
        WHERE company_id = '${company}' AND _deleted_at IS NULL ORDER BY record_id`)
    ).map(({record_id: id, amount}) => `${id}=${Number(amount)}`);
  const [checkpoint] = await workspace.query(
    `SELECT sequence FROM main.visma_control.checkpoint WHERE company_id = '${company}'`,
  );
  return {
    headers: await live('invoice'),
    lines: await live('invoice_line'),
    sequence: Number(checkpoint?.['sequence'] ?? 0),
  };
}

/** What became of the company's loads. */
async function fates(): Promise<readonly string[]> {
  const rows = await workspace.query(
    `SELECT load_id, state FROM main.visma_control.load WHERE company_id = '${company}' ORDER BY state DESC, load_id`,
  );
  return rows.map(({load_id: id, state}) => `${id} ${state}`);
}

const old = {headers: ['1=1', '2=2'], lines: ['1/1=1', '1/2=2', '2/1=9'], sequence: 1};
const now = {headers: ['1=3', '2=2', '3=4'], lines: ['1/2=3', '2/1=9', '3/1=4'], sequence: 2};

const ways = [
  {way: 'in order', offers: undefined},
  {way: 'in one transaction', offers: new OfferedTransactions()},
] as const;

const labels = () => workspace.takeLabels();
const notes = () => events.flatMap(event => (event.event === 'note' ? [event.message] : []));

for (const {way, offers} of ways) {
  const use = (): void => {
    workspace.offers = offers;
  };

  test(`committed ${way}, the tables, the counts and the checkpoint are the same`, async () => {
    use();
    const [first, second] = await bothLoads();
    await commitAll([first]);
    assert.deepEqual(await seen(), old);
    labels();
    const end = await commitAll([first, second]);
    assert.deepEqual(await seen(), now);
    assert.deepEqual(
      end.settled.map(({loadId}) => loadId),
      [second.loadId],
    );
    assert.equal(labels().includes('commit'), offers !== undefined);
    assert.deepEqual(
      events.filter(({event}) => event === 'table committed'),
      [
        {event: 'table committed', table: 'invoice', staged: 2, inserted: 1, updated: 1, gone: 0},
        {event: 'table committed', table: 'invoice_line', staged: 2, inserted: 1, updated: 2, gone: 0},
      ],
    );
    assert.deepEqual(notes(), []);
    assert.deepEqual((await commitAll([first, second])).settled, [], 'nothing waits');
  });

  test(`a load that did not arrive whole is set aside, and the others are committed ${way}`, async () => {
    use();
    const [first, second] = await bothLoads();
    const other = company;
    company = `c${++companies}`;
    const [whole, next] = await bothLoads();
    const truncated = {...second, files: second.files.map(file => ({...file, rows: file.rows + 1}))};
    await commitAll([first, whole]);
    const end = await commitAll([truncated, next]);
    assert.deepEqual(await seen(), now);
    assert.deepEqual(
      end.errors.map(({kind, facts}) => [kind, facts['load']]),
      [['incomplete', second.loadId]],
    );
    company = other;
    assert.deepEqual(await seen(), old);
    assert.deepEqual(notes(), []);
  });

  test(`beyond the guard nothing is marked ${way}, until somebody consents`, async () => {
    use();
    const many = Array.from({length: 40}, (_, index) => record(String(index), 1));
    const lists = [
      await land(workspace, {resource: unit, company, records: many}),
      await land(workspace, {resource: unit, company, sequence: 2, records: many.slice(0, 10)}),
    ];
    const count = async () =>
      Number(
        (
          await workspace.query(
            `SELECT COUNT(*) AS n FROM main.visma.unit WHERE company_id = '${company}' AND _deleted_at IS NULL`,
          )
        )[0]?.['n'],
      );
    await commitAll(lists.slice(0, 1));
    const refused = await commitAll(lists);
    assert.deepEqual(
      refused.errors.map(({kind, facts}) => [kind, facts['gone'], facts['live']]),
      [['guard', 30, 40]],
    );
    assert.equal(await count(), 40);
    assert.deepEqual(refused.settled, []);
    const accepted = await commitAll(lists, {accepts: true});
    assert.deepEqual(accepted.errors, []);
    assert.equal(await count(), 10);
    const told = events.find(event => event.event === 'table committed' && event.table === 'unit');
    assert.deepEqual(told, {event: 'table committed', table: 'unit', staged: 10, inserted: 0, updated: 30, gone: 30});
  });
}

test('I10 killed at any statement of a commit, whole or in order, the next run ends the same', async t => {
  for (const {way, offers} of ways) {
    await t.test(way, async () => {
      workspace.offers = offers;
      company = `c${++companies}`;
      for (let survived = 0; ; survived++) {
        company = `c${++companies}`;
        const [first, second] = await bothLoads();
        await commitAll([first]);
        const died = await dieAfter(survived, () => commitAll([first, second]));
        const left = await seen();
        if (offers)
          assert.ok(
            [old, now].some(whole => same(whole, left)),
            `half is seen after ${survived}`,
          );
        await commitAll([first, second]);
        assert.deepEqual(await seen(), now);
        assert.deepEqual(await fates(), [first, second].map(load => `${load.loadId} settled`).toSorted());
        if (!died) return assert.ok(survived > 4);
      }
    });
    heal();
  }
});

test('I4 loads whose checkpoint moved before their run died are noted as settled', async t => {
  for (const {way, offers} of ways) {
    await t.test(way, async () => {
      workspace.offers = offers;
      company = `c${++companies}`;
      const loads = await bothLoads();
      // The first note of a load comes after the checkpoint that moved.
      workspace.before = ({sql}) => {
        if (/MERGE INTO \S*load\S* /.test(sql)) throw new TypeError('killed');
        return undefined;
      };
      await assert.rejects(commitAll(loads), {message: 'killed'});
      heal();
      assert.deepEqual(await seen(), now);
      assert.deepEqual(await fates(), []);
      // Another run read from the same place, earlier, and sealed only now: the place is not its own.
      const rival = {...loads[1], loadId: loadId(`rival-${company}`), startedAt: '2020-01-01T00:00:00.000Z'};
      const end = await commitAll([rival, ...loads]);
      assert.deepEqual(end.errors, []);
      assert.deepEqual(end.settled, [], 'it settled nothing itself');
      assert.deepEqual(await fates(), [
        ...loads.map(load => `${load.loadId} settled`).toSorted(),
        `${rival.loadId} set aside`,
      ]);
      assert.deepEqual(await seen(), now);
    });
    heal();
  }
});

test('I4 once the lease is lost nothing is seen or settled, whole or in order', async t => {
  for (const {way, offers} of ways) {
    await t.test(way, async () => {
      workspace.offers = offers;
      company = `c${++companies}`;
      const [first, second] = await bothLoads();
      await commitAll([first]);
      let taken = false;
      workspace.before = ({label}) => {
        if (taken || !['merge', 'commit'].includes(label)) return undefined;
        taken = true;
        workspace.clock.advance(3_600_000);
        return undefined;
      };
      await assert.rejects(commitAll([first, second]), {kind: 'lease'});
      assert.ok(taken);
      assert.deepEqual(await seen(), old);
    });
    heal();
  }
});

test('a workspace that takes no block is asked once in the life of a process, and says so once', async () => {
  workspace.offers = new OfferedTransactions();
  const [first] = await bothLoads();
  const list = await land(workspace, {resource: unit, company, records: [record('1', 1)]});
  workspace.before = ({label}) => {
    if (label === 'commit') throw refusal('PARSE_SYNTAX_ERROR', '42601');
    return undefined;
  };
  labels();
  await commitAll([first, list]);
  assert.equal(labels().filter(label => label === 'commit').length, 1);
  assert.deepEqual(await seen(), old);
  assert.deepEqual(notes(), [
    'the workspace does not take BEGIN ATOMIC (PARSE_SYNTAX_ERROR): ' +
      'the tables of a resource are committed one after the other',
  ]);
});

test('a table that can be part of no transaction is committed in order, and the others are not', async () => {
  workspace.offers = new OfferedTransactions();
  for (const code of ['ACCESS_DELTA_TABLE_WITH_RLS_CM', 'WRITE_NON_CATALOG_OWNED_TABLE']) {
    company = `c${++companies}`;
    const loads = [...(await bothLoads()).slice(0, 1), await land(workspace, {resource: unit, company, records: []})];
    workspace.before = ({label, table}) => {
      if (label === 'commit' && table === 'invoice') throw refusal(`TRANSACTION_NOT_SUPPORTED.${code}`, '0A000');
      return undefined;
    };
    labels();
    const end = await commitAll(loads);
    assert.deepEqual([end.errors, end.settled.length], [[], 2]);
    assert.equal(labels().filter(label => label === 'commit').length, 2, 'asked once for each');
    assert.deepEqual(await seen(), old);
    assert.equal(notes().length, 1);
    assert.match(notes()[0] ?? '', /^invoice .*committed one after the other/);
    assert.ok(notes()[0]?.includes(code));
  }
});

test('tables of an earlier version, created for no transaction, cost one question and no attempt', async () => {
  workspace.offers = new OfferedTransactions({plain: ['checkpoint']});
  const [first, second] = await bothLoads();
  labels();
  await commitAll([first, second]);
  const sent = labels();
  assert.deepEqual([sent.filter(label => label === 'properties').length, sent.includes('commit')], [1, false]);
  assert.deepEqual(await seen(), now);
  assert.deepEqual(notes(), []);
});

test('a mask or a filter that the engine will not write through stops its table alone, with what to do', async () => {
  workspace.offers = new OfferedTransactions();
  for (const [place, errorClass] of [
    ['merge', 'ROW_COLUMN_ACCESS.UNSUPPORTED_MERGE'],
    ['copy', 'ROW_COLUMN_ACCESS.UNSUPPORTED_COPY'],
  ]) {
    company = `c${++companies}`;
    const [first] = await bothLoads();
    const list = await land(workspace, {resource: unit, company, records: [record('1', 1)]});
    workspace.before = ({label, table}) => {
      if (table !== 'invoice') return undefined;
      if (label === 'commit') throw refusal('TRANSACTION_NOT_SUPPORTED.ACCESS_DELTA_TABLE_WITH_RLS_CM', '0A000');
      if (label === place) throw refusal(String(errorClass), '');
      return undefined;
    };
    const end = await commitAll([first, list]);
    assert.deepEqual(
      end.errors.map(({kind, facts, exitCode}) => [kind, facts['table'], exitCode]),
      [['data', 'invoice', 1]],
    );
    assert.match(end.errors[0]?.hint ?? '', /Exempt its principal/);
    assert.deepEqual(
      end.settled.map(({loadId}) => loadId),
      [list.loadId],
    );
    heal();
    await commitAll([first, list]);
    assert.deepEqual(await seen(), old, 'and goes on once it is exempt');
  }
});

const same = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);

/**
 * Lets so many changes of data happen, each with its answer lost at first, and dies before the next one; inside of a
 * block too.
 */
async function dieAfter(changes: number, action: () => Promise<unknown>): Promise<boolean> {
  let left = changes;
  const step = (): void => {
    if (left-- <= 0) throw new TypeError('killed');
  };
  workspace.before = ({label}) => {
    if (left < 0) throw new TypeError('dead');
    if (['lease', 'read', 'count', 'count gone', 'describe', 'properties'].includes(label)) return undefined;
    step();
    return 'answer lost';
  };
  workspace.beforeInside = step;
  const died = await action().then(
    end => (end as {errors: readonly unknown[]}).errors.length > 0,
    () => true,
  );
  heal();
  return died;
}
