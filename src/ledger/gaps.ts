import {SyncError} from '../base/errors.ts';
import type {StatementRow} from '../model/ports.ts';

const endings: Readonly<Record<string, {readonly what: string; readonly why: string; readonly hint: string}>> = {
  account_type: {
    what: 'the figures lack the type of the accounts of',
    why: 'the trial balance carries them on as balances, and no rate of another currency is taken for them',
    hint: 'The list of accounts may have been refused, or have come without types: check /v1/account.',
  },
  rate: {
    what: "the group's figures lack",
    why: 'there is no rate above zero on or before the end of their periods',
    hint:
      'Add the missing rates in Visma.net, or choose another ledger.rates.type. ' +
      'trial_balance_group.lines_without_rate counts them.',
  },
};

/** What the figures lack, as one problem for each company and reason. */
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
    return new SyncError('incomplete', `${ending.what} ${lines} lines of ${company}, ${periods}: ${ending.why}`, {
      hint: ending.hint,
      facts,
    });
  });
}
