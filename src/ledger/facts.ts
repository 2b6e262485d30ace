/** What was measured of each company: one row for each answer. */
export const companyFact = 'company_fact';

/** The facts that the ledger measures itself. */
export const facts = {
  /** An account that the ERP keeps by itself: the result of the year, without any journal line. */
  netIncome: 'net_income_account',
  /** An account that the ERP keeps by itself: the results of earlier years, without any movement. */
  retainedEarnings: 'retained_earnings_account',
  /** That the two above were looked for. */
  systemAccounts: 'system_accounts',
  /** A ledger that left its list, with consent. */
  ledgerGone: 'ledger_gone',
} as const;
