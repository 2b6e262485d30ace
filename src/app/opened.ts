import {existsSync} from 'node:fs';
import {Network} from '../base/network.ts';
import {Secret} from '../base/secret.ts';
import {resources} from '../catalogue/catalogue.ts';
import {openCertificates} from '../certificate/certificate.ts';
import type {Config, DatabricksSettings} from '../config/config.ts';
import {openWorkspace, type Workspace, type WorkspaceOptions} from '../databricks/databricks.ts';
import {openLanding, openMirror, openRunNotes, stateFolder} from '../landing/landing.ts';
import {ledgerSources, openLedger, openLedgerCopies} from '../ledger/ledger.ts';
import {type OpenLineage, openLineage} from '../lineage/lineage.ts';
import type {CertificateFiles} from '../model/certificate.ts';
import type {Company} from '../model/pass.ts';
import type {Prerequisites, Source, Warehouse} from '../model/ports.ts';
import {tablesOf} from '../model/resource.ts';
import type {Doors} from '../sync/sync.ts';
import {openVisma} from '../visma/visma.ts';
import {openWarehouse} from '../warehouse/warehouse.ts';
import {jobTags} from './job-tags.ts';
import {noWorkspace} from './no-workspace.ts';
import type {Reporting} from './reporting.ts';
import type {Request, Surroundings} from './request.ts';
import {version} from './version.ts';

/** All that a command may need, connected to nothing until it is used. */
export interface Opened {
  readonly doors: Doors;
  readonly prerequisites: Prerequisites;
  readonly lineage: OpenLineage;
  readonly certificates: CertificateFiles;
  readonly volume: Volume;
  close(): Promise<void>;
}

interface Volume {
  readonly catalog: string;
  readonly schema: string;
  readonly name: string;
}

interface Opening {
  readonly config: Config;
  readonly request: Request;
  readonly reporting: Reporting;
  readonly surroundings: Surroundings;
}

/** The lease outlives the longest statement, so that no statement of a run that lost it can still be running. */
const leaseTerms = 2;

/** Builds the real things of a run, and joins them. */
export async function openAll(opening: Opening): Promise<Opened> {
  const {config, reporting} = opening;
  const {catalog, schema} = config.databricks;
  const volume = {catalog, schema: `${schema}_staging`, name: 'landing'};
  const target = await openTarget(opening);
  const {workspace} = target;
  const {clock} = opening.surroundings;
  const inVolume = {files: workspace.files, volumeFolder: folderOf(volume)};
  const warehouse = warehouseOf(opening, workspace, folderOf(volume));
  const lineage = lineageOf(opening, workspace, folderOf(volume));
  const doors: Doors = {
    source: sourceOf(opening),
    landing: openLanding({...inVolume, retentionMs: config.sync.retentionMs}),
    warehouse,
    mirror: openMirror({...inVolume, clock}),
    ...ledgerOf(opening, workspace, warehouse),
    copies: copiesOf(opening, workspace),
    notes: openRunNotes(inVolume),
    lineage,
    ensureVolume: () => workspace.prerequisites.ensureVolume(volume),
    events: reporting.events,
    clock,
    random: opening.surroundings.random,
    settings: settingsOf(opening),
    privacy: config.privacy,
  };
  const folder = `${folderOf(volume)}/${stateFolder}/certificates`;
  const certificates = openCertificates({files: workspace.files, folder});
  return {doors, prerequisites: workspace.prerequisites, lineage, certificates, volume, close: target.close};
}

const folderOf = ({catalog, schema, name}: Volume): string => `/Volumes/${catalog}/${schema}/${name}`;

function settingsOf({config: {sync, onDifference}, request}: Opening): Doors['settings'] {
  const {
    overlapMs,
    partBytesMax,
    pageSizeMax,
    stretchPages,
    companiesAtOnce,
    deletionGuard,
    retentionMs,
    sweepWholeMax,
    sweepEveryMs,
  } = sync;
  const {acceptDeletions, wait} = request;
  return {
    ...{overlapMs, partBytesMax, pageSizeMax, stretchPages, companiesAtOnce, deletionGuard, retentionMs},
    ...{acceptDeletions, wait, sweepWholeMax},
    ...(onDifference && {onDifference}),
    ...(sweepEveryMs !== undefined && {sweepEveryMs}),
  };
}

function sourceOf({config: {visma, sync}, request, reporting, surroundings}: Opening): Source {
  const headers = new Map(visma.companies.map(company => [company.id, company.headers]));
  return openVisma({
    clientId: new Secret(visma.clientId),
    clientSecret: visma.clientSecret,
    tokenUrl: visma.tokenUrl,
    apiUrl: visma.apiUrl,
    headersOf: (company: Company) => headers.get(company.id) ?? {},
    pageSize: sync.pageSizeMax,
    rateShare: sync.rateShare,
    sweepShare: sync.sweepShare,
    wait: request.wait,
    network: networkOf(surroundings),
    clock: surroundings.clock,
    random: surroundings.random,
    events: reporting.events,
  });
}

function networkOf({environment}: Surroundings): Network {
  const network = new Network(environment);
  network.useForPackages();
  return network;
}

function warehouseOf(
  {config, request, surroundings}: Opening,
  {statements}: Workspace,
  volumeFolder: string,
): Warehouse {
  const {databricks, sync} = config;
  const statementTimeoutSeconds = secondsOf(sync.statementTimeoutMs);
  return openWarehouse({
    statements,
    catalog: databricks.catalog,
    schema: databricks.schema,
    volumeFolder,
    clock: surroundings.clock,
    version,
    statementTimeoutSeconds,
    leaseSeconds: leaseTerms * statementTimeoutSeconds,
    readOnly: looking.has(request.command),
    resources,
  });
}

/** The general ledger over the tables, where one is configured. */
function ledgerOf({config}: Opening, {statements}: Workspace, warehouse: Warehouse): Pick<Doors, 'ledger'> {
  const {ledger: mapping, visma, databricks} = config;
  if (!mapping) return {};
  const {catalog, schema} = databricks;
  const followed = new Set<string>(ledgerSources);
  const tables = resources.flatMap(tablesOf).filter(({name}) => followed.has(name));
  const prepareSources = (signal?: AbortSignal): Promise<void> => warehouse.prepare(tables, signal);
  const companies = visma.companies;
  return {ledger: openLedger({statements, catalog, schema, mapping, companies, version, prepareSources})};
}

function copiesOf({config: {databricks}}: Opening, {statements}: Workspace): Doors['copies'] {
  const {catalog, schema} = databricks;
  return openLedgerCopies({statements, catalog, schema, version});
}

function lineageOf(
  {config, reporting, surroundings}: Opening,
  {rest, files}: Workspace,
  volumeFolder: string,
): OpenLineage {
  const {databricks, visma, privacy, lineage} = config;
  return openLineage({
    ...{rest, files, privacy},
    stateFolder: `${volumeFolder}/${stateFolder}`,
    catalog: databricks.catalog,
    schema: databricks.schema,
    apiUrl: visma.apiUrl,
    ...(lineage.owner !== undefined && {owner: lineage.owner}),
    shown: {lineage: lineage.external, tags: lineage.tags},
    clock: surroundings.clock,
    events: reporting.events,
    runId: reporting.runId,
  });
}

const secondsOf = (ms: number): number => Math.ceil(ms / 1000);

interface Target {
  readonly workspace: Workspace;
  close(): Promise<void>;
}

/** Commands that make no folder of a workspace. */
const looking: ReadonlySet<Request['command']> = new Set(['plan', 'certificate']);

/** The workspace that the configuration names, or the one on this machine that stands in for it. */
async function openTarget({config, request, reporting, surroundings}: Opening): Promise<Target> {
  const {clock, random, environment} = surroundings;
  const common = {
    clock,
    random,
    events: reporting.events,
    userAgent: `visma-databricks/${version}`,
    statementTimeoutSeconds: secondsOf(config.sync.statementTimeoutMs),
    queryTags: {...jobTags(environment), run: reporting.runId, command: request.command},
  };
  if (request.local === undefined) {
    const workspace = openWorkspace({...common, environment, ...addressOf(config.databricks)});
    return {workspace, close: () => workspace.close()};
  }
  if (looking.has(request.command) && !existsSync(request.local)) {
    return {workspace: noWorkspace(), close: async () => undefined};
  }
  // DuckDB is a heavy guest that only this path needs, and the built file does not carry it.
  const {openLocalWorkspace} = await import('../local/local.ts');
  const local = await openLocalWorkspace({folder: request.local, catalog: config.databricks.catalog, clock, random});
  const {host, warehouseId, clientId, clientSecret} = local;
  const workspace = openWorkspace({...common, environment: {}, host, warehouseId, clientId, clientSecret});
  const close = async (): Promise<void> => {
    await workspace.close().catch(() => undefined);
    await local.close();
  };
  return {workspace, close};
}

type Address = Pick<WorkspaceOptions, 'host' | 'clientId' | 'clientSecret' | 'warehouseId'>;

const addressOf = ({host, clientId, clientSecret, warehouseId}: DatabricksSettings): Address => ({
  ...(host !== undefined && {host}),
  ...(clientId !== undefined && {clientId}),
  ...(clientSecret !== undefined && {clientSecret}),
  ...(warehouseId !== undefined && {warehouseId}),
});
