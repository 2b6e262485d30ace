import {Decimal} from 'apache-arrow';
import {column, count, flag, instant, text, whole} from '../model/column.ts';
import type {ControlTable} from '../model/table.ts';

const seconds = new Decimal(3, 18, 128);

const company = column('company_id', text, {comment: 'The configured company, one per legal entity'});
const resource = column('resource', text, {comment: 'What Visma offers, such as supplier_invoice'});
const slice = column('slice', text, {
  comment: 'A part of the resource that is read by itself; empty where there is none',
});
const sequence = column('sequence', whole, {comment: 'The place of a load in its chain, from 1'});
const period = column('period', text, {
  comment: 'YYYYPP; empty where the list was swept whole, without for what bears none',
});
const firstMissedBy = column('run_id', text, {comment: 'The run whose sweep missed it first'});
const run = column('run_id', text, {comment: 'The run that wrote this row'});

/**
 * What the sync knows, in the order of creation: those that a run reads first come last, so that when they are there
 * all are.
 */
export const controlTables: readonly ControlTable[] = [
  {
    name: 'run',
    comment: 'One row for each run of a command',
    fields: [
      run,
      column('command', text, {comment: 'What was run'}),
      column('version', text, {comment: 'The version of the program'}),
      column('started_at', instant, {comment: 'When it began, by the clock of its machine'}),
      column('ended_at', instant, {comment: 'When it ended, by the clock of its machine'}),
      column('recorded_at', instant, {comment: "When it ended, by the warehouse's clock: runs are ordered by it"}),
      column('exit_code', count, {comment: '0 done, 1 failed, 2 usage or configuration, 3 partial'}),
      column('report', text, {comment: 'The report as JSON'}),
    ],
  },
  {
    name: 'table_run',
    comment: 'What each run did to each table',
    fields: [
      run,
      column('table_name', text, {comment: 'The table'}),
      column('staged', whole, {comment: 'Rows copied'}),
      column('inserted', whole, {comment: 'Rows that are new'}),
      column('updated', whole, {comment: 'Rows changed, revived or marked'}),
      column('gone', whole, {comment: 'Rows marked as gone'}),
    ],
  },
  {
    name: 'api_call',
    comment: 'Requests to Visma, counted for each run',
    fields: [
      run,
      company,
      column('resource', text, {comment: 'What was asked for; null for tokens'}),
      column('status', count, {comment: 'The HTTP status; 0 where no answer came'}),
      column('calls', whole, {comment: 'How many'}),
      column('bytes', whole, {comment: 'Bytes of the answers'}),
    ],
  },
  {
    name: 'reject',
    comment: 'Records that could not become rows, after privacy, and why',
    fields: [
      company,
      resource,
      column('load_id', text, {comment: 'The load that it would have come with'}),
      column('place', whole, {comment: 'The place of the record in its pass'}),
      column('reason', text, {comment: 'Why it has no row'}),
      column('record', text, {comment: 'What was refused, as JSON'}),
    ],
  },
  {
    name: 'sweep',
    comment: 'How each sweep of the keys of a list ended',
    fields: [
      run,
      company,
      resource,
      slice,
      period,
      column('keys', whole, {comment: 'Keys that Visma listed'}),
      column('lacking', whole, {comment: 'Keys among them that the table lacked'}),
      column('differing', whole, {comment: 'Keys among them whose row version or stamp differs'}),
      column('missing', whole, {comment: 'Keys of the table that Visma did not list'}),
      column('marked', whole, {comment: 'Keys among them that were marked as gone'}),
      column('swept_at', instant, {comment: "When it began, by the warehouse's clock"}),
    ],
  },
  {
    name: 'missing_key',
    comment: 'Keys that a sweep did not find, until they are found or marked',
    fields: [
      company,
      resource,
      column('record_id', text, {comment: 'The key'}),
      firstMissedBy,
      column('missed_at', instant, {comment: "When that was noted, by the warehouse's clock"}),
    ],
  },
  {
    name: 'resync',
    comment: 'What was read again on purpose, and why',
    fields: [
      run,
      company,
      resource,
      slice,
      column('scope', text, {comment: 'What was read: all, a period, or what changed since a stamp'}),
      column('requested_by', text, {comment: 'Who asked for it'}),
      column('reason', text, {comment: 'Why'}),
      column('records_read', whole, {comment: 'Records that were read'}),
      column('differing', whole, {comment: 'Rows of all its tables that were new, changed or revived by it'}),
      column('recorded_at', instant, {comment: 'When this was written'}),
    ],
  },
  {
    name: 'privacy',
    comment: 'The privacy rules under which the rows of each resource are held',
    fields: [
      resource,
      column('fingerprint', text, {comment: 'Of the rules and of the salt; empty where nothing is protected'}),
      column('rules', text, {comment: 'What is protected and how, as JSON, by path in the record; never the salt'}),
      column('applied_at', instant, {comment: 'When rows held before were brought under them'}),
      run,
    ],
  },
  {
    name: 'lease',
    comment: 'The right to commit, held by one run at a time',
    fields: [
      column('name', text, {comment: 'There is one lease: commit'}),
      column('owner', text, {comment: 'The run that holds it, or held it last'}),
      column('fence', whole, {comment: 'Grows with each holder'}),
      column('expires_at', instant, {comment: 'From then on another may take it'}),
    ],
  },
  {
    name: 'company',
    comment: 'The tenant that each company id belongs to, once and for ever',
    fields: [
      company,
      column('tenant_id', text, {comment: 'The tenant in Visma.net'}),
      column('bound_at', instant, {comment: 'Since when'}),
    ],
  },
  {
    name: 'load',
    comment: 'Loads that are finished: settled, or set aside with a reason',
    fields: [
      column('load_id', text, {comment: 'The load'}),
      company,
      resource,
      slice,
      sequence,
      column('state', text, {comment: 'settled, or set aside: then its window is read again'}),
      column('reason', text, {comment: 'Why it was set aside'}),
      run,
      column('finished_at', instant, {comment: 'When it was finished'}),
      column('pruned_at', instant, {comment: 'When its files and its rows in staging were removed'}),
    ],
  },
  {
    name: 'checkpoint',
    comment: 'How far each company and resource has been read and committed',
    fields: [
      company,
      resource,
      slice,
      sequence,
      column('watermark', text, {comment: "The greatest modification stamp seen, by the ERP's clock"}),
      column('next_since', text, {comment: 'Where the next delta begins'}),
      column('tail_digest', text, {comment: 'Digest over what was seen from next_since on'}),
      column('tail_rows', whole, {comment: 'Records in that tail'}),
      column('pass_seconds', seconds, {comment: 'How long the pass took'}),
      column('rows_held', whole, {comment: 'Records in the newest whole list'}),
      column('resume', text, {comment: 'Where a long first load goes on, as JSON; null where none is under way'}),
      column('provisional', flag, {comment: 'Whether pages may have moved while they were read, until a sweep agrees'}),
      run,
      column('load_id', text, {comment: 'The load that was settled last'}),
      column('load_ids', text, {comment: 'The loads that its last move settled, as JSON'}),
      column('settled_at', instant, {comment: 'When it moved last'}),
    ],
  },
];
