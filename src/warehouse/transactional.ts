import {SyncError} from '../base/errors.ts';
import type {StatementRow} from '../model/ports.ts';

const property = 'delta.feature.catalogManaged';

/**
 * What makes the catalog keep a table's commits, which every table written in a transaction over several needs. It is
 * given at creation; a table that is there without it is left as it is.
 */
export const forTransactions: Readonly<Record<string, string>> = {[property]: 'supported'};

/** Whether the other side said no to a property, in whatever words: an unknown code counts as a passing failure. */
export const isRefused = (thrown: unknown): boolean =>
  thrown instanceof SyncError &&
  (thrown.kind === 'data' || (thrown.kind === 'transient' && thrown.facts['sqlState'] !== undefined));

/** Whether a table's properties, as SHOW TBLPROPERTIES gives them, say so. */
export const isTransactional = (properties: readonly StatementRow[]): boolean =>
  properties.some(({key, value}) => key === property && value === 'supported');

/** What a refused transaction means for those to come. */
export interface Refusal {
  /** Who need not ask again while this process lives; nobody where it was about the rows. */
  readonly concerns: 'workspace' | 'resource' | 'rows';
  /** Error class or SQLSTATE. */
  readonly code: string;
}

/** The raised errors of a block's own checks. */
const raised = /^USER_RAISED_EXCEPTION|^P0001$/;

/** A workspace that knows no such statement, or whose transactions know no such one of ours. */
const byWorkspace =
  /^(?:PARSE_SYNTAX_ERROR|42601|UNSUPPORTED_FEATURE|SQL_SCRIPT)|_NOT_SUPPORTED\.(?:PREVIEW|COMMAND|INTERACT|NESTED)/;

/** A table with a row filter or a mask, or whose commits the catalog does not keep. */
const byTable = /^(?:MULTI_STATEMENT_)?TRANSACTION_NOT_SUPPORTED|^0A/;

/**
 * Reads a refusal by its codes. Undefined where the other side did not say no to the transaction: then nobody knows
 * whether it happened, or it would be the same without one.
 */
export function refusalOf(thrown: unknown): Refusal | undefined {
  if (!(thrown instanceof SyncError) || ['cancelled', 'lease', 'expired', 'credentials'].includes(thrown.kind)) {
    return undefined;
  }
  const codes = [thrown.facts['errorClass'], thrown.facts['sqlState']].filter(code => typeof code === 'string');
  const [code] = codes;
  if (code === undefined) return undefined;
  const says = (form: RegExp): boolean => codes.some(each => form.test(each));
  if (says(raised)) return {concerns: 'rows', code};
  if (says(byWorkspace)) return {concerns: 'workspace', code};
  return {concerns: says(byTable) ? 'resource' : 'rows', code};
}

const exemption = 'the principal of the sync must be exempt, for what is hidden from it would be put there again';
const inOrder = 'committed one after the other';

/** A refusal in words; nothing for what the verbs in order will tell by themselves. */
export function noteOf({concerns, code}: Refusal, resource: string): string | undefined {
  if (concerns === 'workspace') {
    return `the workspace does not take BEGIN ATOMIC (${code}): the tables of a resource are ${inOrder}`;
  }
  if (raised.test(code)) return undefined;
  if (/WITH_RLS_CM|FGAC_/.test(code)) {
    return `${resource} has a row filter or a column mask (${code}): its tables are ${inOrder}, and ${exemption}`;
  }
  return `${resource} could not be committed in one transaction (${code}): its tables are ${inOrder}`;
}
