import assert from 'node:assert/strict';
import {rm} from 'node:fs/promises';
import path from 'node:path';
import type {TestContext} from 'node:test';
import {isDeepStrictEqual} from 'node:util';
import type {Command} from '../../src/app/app.ts';
import type {TruthOptions} from '../flows/truth.ts';
import {startVisma, type VismaSim} from '../sim/visma/visma.ts';
import {assertClean, assertPruned} from './aftermath.ts';
import {type FaultName, happeningOf} from './faults.ts';
import type {Passed} from './gate.ts';
import {pictureOf} from './picture.ts';
import {nameOf, type Point, pointsOf, type Shares, sequelOf} from './points.ts';
import {builtProduct} from './product.ts';
import {type Mortal, type Ran, Site} from './site.ts';

export interface Scenario {
  readonly resources: readonly string[];
  /** What stands in Visma and in the workspace before: runs of the product, and changes between them. */
  readonly prepare: (site: Site) => Promise<void>;
  /** The command that is disturbed, and that goes on afterwards. */
  readonly command: Command;
  readonly truth?: TruthOptions;
  readonly shares: Shares;
}

/** Repeats a run of the tests: `DEATH_SEED=7 npm run test:death`. */
export const seed = Number(process.env['DEATH_SEED'] ?? 1);
/** Of all points one in so many, while something is being worked on. */
const oneIn = Number(process.env['DEATH_ONE_IN'] ?? 1);
/** Just the points whose name contains this: `DEATH_ONLY='killed after 165:' node --test test/death/sweep.test.ts`. */
const only = process.env['DEATH_ONLY'] ?? '';

/** Longer than any lease. */
const leaseMs = 2 * 3_600_000;

/** Small lists of what is tried here that are odd on every read. */
const oddLists = {
  '/v1/account': 'count off by one',
  '/v1/financialPeriod': 'a record twice',
  '/v1/supplier': 'no metadata',
} as const;

export const startBooks = (): Promise<VismaSim> =>
  startVisma({
    size: {invoices: 12, journalLines: 3, suppliers: 6, customers: 6},
    nasty: true,
    behaviour: {oddLists, rateLimit: 1_000_000_000},
  });

/** Tries a scenario at each of its points, each as a test of its own on a copy of the same workspace. */
export async function tryEveryPoint(t: TestContext, scenario: Scenario): Promise<void> {
  const visma = await startBooks();
  t.after(() => visma.close());
  const prepared = await prepare(visma, scenario);
  t.after(() => rm(prepared.folder, {recursive: true, force: true}));
  const {passed, picture} = await undisturbed(prepared, scenario);
  const points = pointsOf(passed, {seed, shares: scenario.shares});
  assert.ok(points.length > 0);
  t.diagnostic(`${points.length} points at ${passed.length} requests, seed ${seed}`);
  for (const point of points.filter((one, place) => place % oneIn === 0 && nameOf(one).includes(only))) {
    await t.test(nameOf(point), () => tryPoint(prepared, {...scenario, picture}, point));
  }
}

interface Prepared {
  readonly visma: VismaSim;
  /** Around the folder of the workspace that is copied for each point. */
  readonly folder: string;
  readonly from: string;
}

async function prepare(visma: VismaSim, {resources, prepare: act}: Scenario): Promise<Prepared> {
  const site = await Site.open({visma, resources});
  await act(site);
  const from = await site.leave();
  return {visma, folder: path.dirname(from), from};
}

type Picture = Awaited<ReturnType<typeof pictureOf>>;

/** A run that nothing disturbs, which has to end well itself, tells what there is to disturb and what is true. */
async function undisturbed(
  {visma, from}: Prepared,
  scenario: Scenario,
): Promise<{passed: readonly Passed[]; picture: Picture}> {
  const site = await Site.open({visma, from, resources: scenario.resources});
  try {
    const run = await site.run(scenario.command);
    const passed = site.gate.clear();
    await assertEnd(site, scenario, {last: run, ended: [run.report.run]});
    return {passed, picture: await pictureOf(site)};
  } finally {
    await site.close();
  }
}

type Pictured = Scenario & {readonly picture?: Picture};

async function tryPoint({visma, from}: Prepared, scenario: Pictured, point: Point): Promise<void> {
  visma.clearLog();
  const site = await Site.open({visma, from, resources: scenario.resources});
  try {
    const ended = await disturb(site, scenario.command, point);
    site.gate.clear();
    ended.push(...(await goOn(site, scenario.command, point)));
    const last = await site.run(scenario.command);
    await assertEnd(site, scenario, {last, ended: [...ended, last.report.run]});
    if (point.draw % 10 === 0) await growOld(site);
  } finally {
    await site.close();
  }
}

/** Longer than the files and staged rows of anything are kept. */
const retentionMs = 7 * 86_400_000;

/** What died left files that nobody will ever finish: they go with what is old, once a run has settled something. */
async function growOld(site: Site): Promise<void> {
  site.advance(retentionMs + 86_400_000);
  const {report} = await site.run('resync', {resources: site.resources.join(','), reason: 'the files grow old'});
  assert.deepEqual(report.problems, []);
  await assertPruned(site, retentionMs);
}

/** Runs the command into its misfortune. Gives the ids of the runs that came to an end of their own. */
async function disturb(site: Site, command: Command, {nth, blow}: Point): Promise<string[]> {
  if (blow === 'killed before' || blow === 'killed after') {
    await runToDeath(site, command, {nth, when: blow === 'killed before' ? 'before' : 'after'});
    return [];
  }
  site.gate.set([
    {
      nth,
      happens: passed =>
        blow === 'answer lost after'
          ? {does: 'drop answer'}
          : happeningOf(blow.slice(0, -' at'.length) as FaultName, passed),
    },
  ]);
  const {report} = await site.run(command);
  assert.ok(site.gate.passed.length >= nth, 'the request was reached');
  return [report.run];
}

/** A process of the product until its n-th request: before that has an effect, or when it has and nobody knows. */
export async function runToDeath(
  site: Site,
  command: Command,
  {nth, when}: {readonly nth: number; readonly when: 'before' | 'after'},
): Promise<void> {
  const product = await builtProduct();
  let mortal: Mortal | undefined;
  const die = async (): Promise<void> => mortal?.kill();
  site.gate.set([
    {nth, happens: () => (when === 'before' ? {does: 'refuse', before: die} : {does: 'drop answer', after: die})},
  ]);
  mortal = site.begin(command, product);
  const {signal} = await mortal.ended;
  assert.equal(signal, 'SIGKILL', `the run came to its end before request ${nth}:\n${mortal.said.slice(-2000)}`);
}

/** What comes before the run that has to end well; the lease of the disturbed one has run out by then. */
async function goOn(site: Site, command: Command, point: Point): Promise<string[]> {
  const ended: string[] = [];
  const sequel = sequelOf(point);
  if (sequel === 'the next run meets the lease') ended.push((await site.run(command)).report.run);
  site.advance(leaseMs);
  if (sequel === 'a commit by hand comes first') ended.push((await site.run('commit')).report.run);
  return ended;
}

interface End {
  readonly last: Ran;
  readonly ended: readonly string[];
}

/** The tables are Visma's, nothing is left over, and the next run finds nothing to do. */
async function assertEnd(site: Site, {command, truth, picture}: Pictured, {last, ended}: End): Promise<void> {
  assert.deepEqual(last.report.problems, []);
  assert.equal(last.report.exitCode, 0);
  if (!isDeepStrictEqual(await pictureOf(site), picture)) await site.assertTruth(truth);
  await assertClean(site, ended);
  const {report} = await site.run('sync');
  assert.deepEqual(report.problems, []);
  assert.equal(report.exitCode, 0);
  const {statements, uploads} = report;
  assert.deepEqual(
    {command, statements, uploads},
    {command, statements: 0, uploads: 0},
    'the next run has nothing to do',
  );
}
