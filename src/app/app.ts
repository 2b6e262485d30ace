/**
 * Where real things are built and joined: configuration, Visma, the workspace or its stand-in on this machine, the
 * volume, the warehouse; and the commands over them. It promises a report for every request and throws nothing. No
 * rule of the sync is decided here.
 */
import {type ExitCode, SyncError} from '../base/errors.ts';
import {type Config, readConfig, selectCompanies, selectResources} from '../config/config.ts';
import type {Report} from '../model/report.ts';
import {
  certify,
  commit,
  exitCodeOf,
  land,
  leaveRecord,
  plan,
  type Run,
  type RunEnd,
  reconcile,
  reconcilePart,
  resync,
  resyncOrder,
  sweep,
  sync,
  withStanding,
} from '../sync/sync.ts';
import {certificate} from './certificate.ts';
import {check} from './check.ts';
import {configurationHash} from './configuration-hash.ts';
import {lineage} from './lineage.ts';
import {type Opened, openAll} from './opened.ts';
import {planDetails} from './plan.ts';
import {Reporting} from './reporting.ts';
import type {Request, Surroundings} from './request.ts';
import {routes} from './routes.ts';
import {status} from './status.ts';
import {version} from './version.ts';

export type {Command, Request, Surroundings} from './request.ts';
export {version} from './version.ts';

/** Does what was asked for and tells how it ended; never throws. */
export async function perform(request: Request, surroundings: Surroundings): Promise<Report> {
  const reporting = new Reporting(request, version, surroundings);
  let opened: Opened | undefined;
  let ran: Ran | undefined;
  try {
    const {config, secrets} = readConfig({
      path: request.configPath,
      environment: surroundings.environment,
      local: request.local !== undefined,
    });
    reporting.keep(secrets);
    const scope = {
      companies: selectCompanies(config, request.companies),
      resources: selectResources(config, request.resources),
      narrowed: request.companies !== undefined && request.companies.trim() !== '',
    };
    const run: Run = {runId: reporting.runId, scope};
    if (request.command === 'resync') orderOf(run, request, surroundings);
    if (request.command === 'reconcile') reconcilePart(request.period);
    tellStart(run, reporting, request);
    if (request.command === 'check' && request.offline) return reporting.end(0);
    if (request.command === 'routes') return reporting.end(0, routes(config, request, scope.companies));
    opened = await openAll({config, request, reporting, surroundings});
    ran = {run, config, opened, reporting};
    return await runCommand(ran, {request, surroundings});
  } catch (thrown) {
    const {exitCode} = reporting.tell(thrown);
    if (ran && recorded.has(request.command) && !surroundings.signal.aborted)
      await record(exitCode, ran, surroundings.signal);
    return reporting.end(exitCode);
  } finally {
    await opened?.close().catch(() => undefined);
  }
}

/** Whose name a resync bears: the account that the command runs under, or `job` where there is none. */
function orderOf({scope}: Run, request: Request, {environment}: Surroundings): ReturnType<typeof resyncOrder> {
  const {resources, period, since, reason} = request;
  const requestedBy = environment['USER'] ?? environment['USERNAME'] ?? 'job';
  return resyncOrder({resources, period, since, reason, requestedBy}, scope.resources);
}

/** A run that got as far as its doors. */
interface Ran {
  readonly run: Run;
  readonly config: Config;
  readonly opened: Opened;
  readonly reporting: Reporting;
}

interface Asked {
  readonly request: Request;
  readonly surroundings: Surroundings;
}

const flows = {sync, land, commit, sweep} as const;

/** Commands that leave their own record. */
const recorded: ReadonlySet<string> = new Set([...Object.keys(flows), 'resync', 'reconcile']);

async function runCommand(ran: Ran, {request, surroundings}: Asked): Promise<Report> {
  const {run, opened, reporting} = ran;
  const {signal} = surroundings;
  if (request.command === 'status') {
    await noteStanding(run, opened.doors, signal);
    return reporting.end(0, await status(run, opened.doors, signal));
  }
  if (request.command === 'check') {
    const {errors, details} = await check(run, opened, signal);
    return reporting.end(endOf({errors, commitErrors: [], anythingDone: false}, reporting), details);
  }
  if (request.command === 'certificate') {
    const end = await certificate(request, opened, signal);
    return reporting.end(endOf(end, reporting), end.details);
  }
  if (request.command === 'lineage') {
    const end = await lineage(run, {opened, remove: request.remove ?? false}, signal);
    return reporting.end(endOf(end, reporting), end.details);
  }
  if (request.command === 'plan') {
    const planned = await plan(run, opened.doors, signal);
    const anythingDone = planned.companies.some(({resources}) => resources.some(({basis}) => basis !== 'not counted'));
    return reporting.end(
      endOf({errors: planned.errors, commitErrors: [], anythingDone}, reporting),
      planDetails(planned),
    );
  }
  const flowed = await flowOf(run, opened, {request, surroundings});
  const end = await withStanding(flowed, run, opened.doors, signal);
  const exitCode = endOf(end, reporting);
  await record(exitCode, ran, signal);
  return reporting.end(exitCode, end.details);
}

async function flowOf(run: Run, {doors}: Opened, {request, surroundings}: Asked): Promise<RunEnd> {
  const {signal} = surroundings;
  const {command, period, repair = false} = request;
  if (command === 'resync') return resync({...run, order: orderOf(run, request, surroundings)}, doors, signal);
  if (command === 'reconcile') return reconcile({...run, part: reconcilePart(period), repair}, doors, signal);
  if (!isFlow(command)) throw new SyncError('defect', `the command ${command} is no flow`);
  return flows[command](run, doors, signal);
}

/** A command that looks says as a note what is wrong with the ledger. */
async function noteStanding(run: Run, doors: Opened['doors'], signal: AbortSignal): Promise<void> {
  const nothing = {errors: [], commitErrors: [], anythingDone: false};
  const {commitErrors, warnings = []} = await withStanding(nothing, run, doors, signal);
  for (const {message, facts} of [...commitErrors, ...warnings]) doors.events({event: 'note', message, facts});
}

const isFlow = (command: Request['command']): command is keyof typeof flows => command in flows;

function endOf(end: RunEnd, reporting: Reporting): ExitCode {
  for (const error of [...end.errors, ...end.commitErrors, ...(end.warnings ?? [])]) reporting.tell(error);
  return exitCodeOf(end);
}

/** A run that sent no statement sends none for its record either; one that changed something leaves a certificate. */
async function record(exitCode: ExitCode, {run, config, opened, reporting}: Ran, signal: AbortSignal): Promise<void> {
  const {doors, certificates} = opened;
  if (reporting.changed) {
    const {catalog, schema} = config.databricks;
    const witnessed = {...reporting.witness(exitCode), configuration: configurationHash(config), catalog, schema};
    reporting.certified(await certify({run, witnessed}, {...doors, certificates}, signal));
  }
  await leaveRecord(reporting.record(exitCode), {awake: reporting.wokeWarehouse, doors});
}

function tellStart({runId, scope}: Run, reporting: Reporting, {command}: Request): void {
  reporting.events({
    event: 'run started',
    run: runId,
    command,
    version,
    companies: scope.companies.map(company => company.id),
    resources: scope.resources.map(resource => resource.name),
  });
}
