import assert from 'node:assert/strict';
import {parseArgs} from 'node:util';
import type {Command} from '../../src/app/app.ts';
import {Chance} from '../sim/visma/chance.ts';
import type {VismaSim} from '../sim/visma/visma.ts';
import {assertClean} from './aftermath.ts';
import {changeAnything} from './business.ts';
import {conflictsAt, faultsAnywhere, happeningOf} from './faults.ts';
import type {Happening, Passed} from './gate.ts';
import {builtProduct} from './product.ts';
import {startBooks} from './scenario.ts';
import {Site} from './site.ts';

/**
 * The soak: for an hour books change all the time, and of the runs that follow them two die at random in each cycle,
 * one meets faults of every kind, and one is left alone. In the end, after a pair of quiet runs and two sweeps, the
 * tables are Visma's.
 *   npm run soak -- [--minutes 60] [--seed 1]
 */
const {values} = parseArgs({options: {minutes: {type: 'string', default: '60'}, seed: {type: 'string'}}});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Date.now() % 1_000_000);

const resources = [
  ...['account', 'dimension', 'supplier', 'credit_term', 'financial_period', 'journal_transaction'],
  ...['supplier_invoice', 'general_ledger_balance', 'supplier_balance'],
];
const leaseMs = 2 * 3_600_000;
const checkEvery = 4;
const commands: readonly Command[] = ['sync', 'sync', 'sync', 'land', 'commit', 'sweep'];

/** What was done, by its name. */
const counts = new Map<string, number>();
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

const chance = new Chance(seed, 'soak');
const visma = await startBooks();
const site = await Site.open({visma, resources, sync: {companies_at_once: 3, sweep_every: '3d', retention: '2d'}});
const endsMs = performance.now() + minutes * 60_000;
const ended: string[] = [];
let requestsOfRun = 400;
console.log(
  `soak: seed ${seed}, ${minutes} minutes; repeat it with npm run soak -- --seed ${seed} --minutes ${minutes}`,
);
try {
  let cycle = 0;
  do {
    cycle += 1;
    await runCycle(site, visma);
    if (cycle % checkEvery === 0) await check();
  } while (performance.now() < endsMs);
  await end();
  console.log(`soak: ${cycle} cycles, true in the end`);
} catch (thrown) {
  process.exitCode = 1;
  console.log(`soak: failed, seed ${seed}, the workspace is left in ${site.folder}`);
  console.error(thrown);
} finally {
  for (const [what, times] of [...counts].toSorted()) console.log(`  ${what}: ${times}`);
  console.log(`soak: repeat with npm run soak -- --seed ${seed} --minutes ${minutes}`);
  if (process.exitCode === 1) await site.leave();
  else await site.close();
  await visma.close();
}

async function runCycle(at: Site, books: VismaSim): Promise<void> {
  pass(chance.whole(5, 480) * 60_000);
  for (let change = chance.whole(1, 4); change > 0; change--) count(`business: ${changeAnything(books, chance)}`);
  await die(at);
  await die(at);
  await meetFaults(at);
  if (chance.inHundred(15)) await runTwo(at);
}

/** Time goes by over there and in the workspace; often enough a lease runs out by it. */
function pass(ms: number): void {
  visma.clock.advance(ms);
  site.advance(ms);
}

async function die(at: Site): Promise<void> {
  const command = chance.pick(commands);
  const when = chance.pick(['before', 'after'] as const);
  const nth = chance.whole(1, requestsOfRun);
  const mortal = at.begin(command, await builtProduct());
  const kill = async (): Promise<void> => mortal.kill();
  at.gate.clear();
  at.gate.set([
    {nth, happens: () => (when === 'before' ? {does: 'refuse', before: kill} : {does: 'drop answer', after: kill})},
  ]);
  const {signal} = await mortal.ended;
  count(signal === 'SIGKILL' ? `${command} killed ${when} a request` : `${command} came to its end before`);
  at.gate.clear();
  if (chance.inHundred(50)) at.advance(leaseMs);
}

async function meetFaults(at: Site): Promise<void> {
  const command = chance.pick(commands);
  const every = chance.whole(5, 60);
  at.gate.setChoice(passed => (chance.whole(1, every) === 1 ? misfortune(passed) : undefined));
  const {report, events} = await at.run(command);
  at.gate.clear();
  // Where neither the tables nor the volume took it, a run says so, and leaves no record.
  if (!events.some(event => event.event === 'note' && /record could not be written/.test(event.message)))
    ended.push(report.run);
  else count('runs whose record nothing took');
  count(`${command} among faults, exit code ${report.exitCode}`);
}

function misfortune(passed: Passed): Happening {
  if (chance.inHundred(25)) {
    count('fault: answer lost');
    return {does: 'drop answer'};
  }
  const fault = chance.pick([...faultsAnywhere, ...conflictsAt(passed)]);
  count(`fault: ${fault}`);
  return happeningOf(fault, passed);
}

/** Two at once, as two jobs would: one commits, the other lands and leaves it at that. */
async function runTwo(at: Site): Promise<void> {
  const runs = await Promise.all([at.run('sync'), at.run(chance.pick(['sync', 'land', 'sweep'] as const))]);
  ended.push(...runs.map(({report}) => report.run));
  count('two runs at once');
}

/** A run that is left alone ends well, whatever befell those before it, and the tables are true after it. */
async function check(): Promise<void> {
  site.advance(leaseMs);
  site.gate.clear();
  const {report} = await site.run('sync');
  requestsOfRun = Math.max(100, site.gate.passed.length);
  ended.push(report.run);
  assert.deepEqual(report.problems, []);
  assert.equal(report.exitCode, 0);
  await site.assertTruth();
  count('checked against the truth');
}

async function end(): Promise<void> {
  await check();
  for (const command of ['sync', 'sweep', 'sweep', 'sync'] as const) {
    const {report} = await site.run(command, {acceptDeletions: true});
    ended.push(report.run);
    assert.deepEqual(report.problems, [], `the last ${command}`);
    assert.equal(report.exitCode, 0);
  }
  const rows = await site.assertTruth({marked: true});
  await assertClean(site, ended);
  for (let quiet = 0; quiet < 2; quiet++) {
    const {report} = await site.run('sync');
    assert.deepEqual([report.exitCode, report.statements, report.uploads], [0, 0, 0], 'the last runs are quiet');
  }
  console.log(`soak: ${rows} rows compared with Visma's own records`);
}
