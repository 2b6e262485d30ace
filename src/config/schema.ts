import * as z from 'zod';
import {Secret} from '../base/secret.ts';
import {companyId} from '../model/names.ts';
import type {Resource} from '../model/resource.ts';
import {
  address,
  catalogName,
  credential,
  currency,
  duration,
  durationOrNever,
  headers,
  host,
  share,
  size,
  tenant,
  text,
  whole,
  yesOrNo,
} from './forms.ts';
import {ledgerSection} from './ledger.ts';
import {rulesOf} from './privacy.ts';
import {resourceNames, resourcesOf, selectors, splitNames} from './selection.ts';
import type {Config} from './settings.ts';

/** A section with these keys and no others. */
const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({code}) =>
      code === 'unrecognized_keys'
        ? `is not known; the keys here are ${Object.keys(shape).join(', ')}`
        : `must be a section with the keys ${Object.keys(shape).join(', ')}`,
  });

const secret = (expected: string) => credential(expected).transform(value => new Secret(value));

const company = section({
  id: text('the id of the company, as you wish it in company_id'),
  name: text('the name of the company').optional(),
  tenant_id: tenant('the id of its tenant, from Visma App Store'),
  currency,
  headers: headers.optional(),
}).transform(({id, name, tenant_id, currency, headers}) => ({
  id: companyId(id),
  name: name ?? id,
  tenantId: tenant_id,
  currency,
  headers: headers ?? {},
}));

const visma = section({
  client_id: credential('the client id of your application in Visma Developer Portal'),
  client_secret: secret('the client secret, best as a reference to VISMA_CLIENT_SECRET'),
  token_url: address.default('https://connect.visma.com/connect/token'),
  api_url: address.default('https://api.finance.visma.net'),
  companies: z.array(company, 'must be a list of companies').min(1, 'must name one company at least'),
}).transform(({client_id, client_secret, token_url, api_url, companies}) => ({
  clientId: client_id,
  clientSecret: client_secret,
  tokenUrl: token_url,
  apiUrl: api_url,
  companies,
}));

/** The longest of what is put after the name of the schema: `_staging`, `_control`. */
const suffixMax = '_staging'.length;

const databricks = section({
  host: host.optional(),
  client_id: credential('the client id of a service principal').optional(),
  client_secret: secret('the client secret, best as a reference to DATABRICKS_CLIENT_SECRET').optional(),
  warehouse_id: text('the id of a SQL warehouse').optional(),
  catalog: catalogName({suffixMax: 0}).default('main'),
  schema: catalogName({suffixMax}).default('visma'),
}).transform(({host, client_id, client_secret, warehouse_id, catalog, schema}) => ({
  ...(host === undefined ? {} : {host}),
  ...(client_id === undefined ? {} : {clientId: client_id}),
  ...(client_secret === undefined ? {} : {clientSecret: client_secret}),
  ...(warehouse_id === undefined ? {} : {warehouseId: warehouse_id}),
  catalog,
  schema,
}));

const resources = z
  .union([z.string(), z.array(z.string())], 'must be default, all, or names of groups and resources')
  .transform((written, context): readonly Resource[] => {
    const words = [written].flat().flatMap(one => splitNames(one, selectors));
    const unknown = words.filter(word => !selectors.includes(word));
    if (unknown.length > 0) {
      const message = `names what is not known: ${unknown.join(', ')}; known are ${selectors.join(', ')}`;
      context.issues.push({code: 'custom', message, input: written});
    } else if (words.length === 0) {
      context.issues.push({
        code: 'custom',
        message: 'must name something; write default for the usual',
        input: written,
      });
    }
    return resourcesOf(words);
  })
  .default(resourcesOf(['default']));

const sync = section({
  resources,
  overlap: duration.default(2 * 3_600_000),
  page_size: whole({least: 1, most: 100_000}).default(5000),
  rate_share: share({zero: false}).default(0.8),
  deletion_guard: share({zero: true}).default(0.3),
  sweep_share: share({zero: false}).default(0.2),
  sweep_every: durationOrNever.default(7 * 86_400_000),
  sweep_whole_max: whole({least: 0, most: 1_000_000}).default(20_000),
  retention: duration.default(7 * 86_400_000),
  statement_timeout: duration.refine(ms => ms >= 1000, 'must be a second at least').default(30 * 60_000),
  companies_at_once: whole({least: 1, most: 64}).default(4),
  stretch_pages: whole({least: 1, most: 100_000}).default(20),
  part_size: size.default(32_000_000),
}).transform(settings => ({
  resources: settings.resources,
  overlapMs: settings.overlap,
  pageSizeMax: settings.page_size,
  rateShare: settings.rate_share,
  deletionGuard: settings.deletion_guard,
  sweepShare: settings.sweep_share,
  ...(settings.sweep_every !== 'never' && {sweepEveryMs: settings.sweep_every}),
  sweepWholeMax: settings.sweep_whole_max,
  retentionMs: settings.retention,
  statementTimeoutMs: settings.statement_timeout,
  companiesAtOnce: settings.companies_at_once,
  stretchPages: settings.stretch_pages,
  partBytesMax: settings.part_size,
}));

const privacyRule = section({
  resource: z.enum(resourceNames, `must be the name of a resource: ${resourceNames.join(', ')}`),
  columns: z.array(text('the name of a column'), 'must be a list of columns').min(1, 'must name one column at least'),
  rule: z.enum(['drop', 'hash', 'keep'], 'must be drop, hash or keep'),
});

const privacy = z
  .array(privacyRule, 'must be a list of rules, each with resource, columns and rule')
  .transform(rules => ({rules: rules.flatMap(rulesOf)}));

const lineage = section({
  external: yesOrNo.default(true),
  tags: yesOrNo.default(true),
  owner: text('a user, a group or a service principal').optional(),
}).transform(({external, tags, owner}) => ({external, tags, ...(owner !== undefined && {owner})}));

/** The configuration as the file has it, read into settings. This schema is the list of what may stand there. */
export const configSchema: z.ZodType<Config> = section({
  visma,
  databricks: databricks.prefault({}),
  sync: sync.prefault({}),
  ledger: ledgerSection.prefault({}),
  privacy: privacy.prefault([]),
  lineage: lineage.prefault({}),
}).transform(({ledger: {mapping, onDifference}, ...sections}) => ({
  ...sections,
  onDifference,
  ...(mapping && {ledger: mapping}),
}));
