import {SyncError} from '../base/errors.ts';
import type {StatementRow} from '../model/ports.ts';

const endings: Readonly<Record<string, {readonly what: string; readonly hint: string}>> = {
  account_type: {
    what: 'the type of their accounts is unknown, so no rate is taken for them',
    hint: 'The list of accounts may have been refused: check the permissions of the integration for /v1/account.',
  },
  rate: {
    what: 'there is no rate above zero on or before the end of their periods',
    hint: 'Add the missing rates in Visma.net, or choose another ledger.rates.type.',
  },
};

/** What the figures of the group lack, as one problem for each company and reason. */
export function gapErrors(rows: readonly StatementRow[], rateType: string | undefined): readonly SyncError[] {
  return rows.map(row => {
    const [company, lacking, lines] = [String(row['company_id']), String(row['lacking']), Number(row['line_count'])];
    const facts = {company, lacking, lines};
    const ending = endings[lacking];
    if (!ending) {
      return new SyncError('incomplete', `there is no rate of type ${rateType} above zero for ${company}`, {
        hint: 'Choose a ledger.rates.type that has rates for the currency of this company, or add rates of this type.',
        facts,
      });
    }
    const periods = `${String(row['first_period'])} to ${String(row['last_period'])}`;
    return new SyncError(
      'incomplete',
      `the group's figures lack ${lines} lines of ${company}, ${periods}: ${ending.what}`,
      {hint: `${ending.hint} trial_balance_group.lines_without_rate counts them.`, facts},
    );
  });
}
