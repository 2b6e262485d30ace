import {indented, lines} from '../../base/sql-layout.ts';

/** The columns of the answer; each row fills those of its kind. */
const columns = [
  'company_id',
  'tenant_id',
  'resource',
  'slice',
  'sequence',
  'watermark',
  'next_since',
  'tail_digest',
  'tail_rows',
  'pass_seconds',
  'rows_held',
  'resume',
  'provisional',
  'run_id',
  'load_id',
  'load_ids',
  'finished_at',
  'owner',
  'fence',
  'fingerprint',
  'rules',
] as const;

/** The types of columns that not every row has, so that the first row's NULL is of the right one. */
const types: Readonly<Partial<Record<(typeof columns)[number], string>>> = {
  sequence: 'BIGINT',
  tail_rows: 'BIGINT',
  pass_seconds: 'DECIMAL(18,3)',
  rows_held: 'BIGINT',
  provisional: 'BOOLEAN',
  finished_at: 'TIMESTAMP',
  fence: 'BIGINT',
};

export interface StateTables {
  readonly company: string;
  readonly checkpoint: string;
  readonly load: string;
  readonly lease: string;
  readonly privacy: string;
}

/** All that a run wants to know before it begins, in one answer: what is bound, settled and finished, and the lease. */
export const readState = ({company, checkpoint, load, lease, privacy}: StateTables): string =>
  [
    branch('company', ['company_id', 'tenant_id'], company),
    branch(
      'checkpoint',
      columns.filter(name => !['tenant_id', 'finished_at', 'owner', 'fence', 'fingerprint', 'rules'].includes(name)),
      checkpoint,
    ),
    branch(
      'load',
      ['company_id', 'resource', 'slice', 'sequence', 'load_id', 'finished_at'],
      `${load}\nWHERE pruned_at IS NULL`,
    ),
    branch('lease', ['owner', 'fence'], `${lease}\nWHERE expires_at > current_timestamp()`),
    branch('privacy', ['resource', 'fingerprint', 'rules'], privacy),
  ].join('\nUNION ALL\n');

function branch(kind: string, present: readonly string[], from: string): string {
  const chosen = columns.map(name =>
    present.includes(name) ? name : `CAST(NULL AS ${types[name] ?? 'STRING'}) AS ${name}`,
  );
  return `SELECT\n${lines([`'${kind}' AS kind`, ...chosen], 2)}\nFROM ${indented(from, 0)}`;
}
