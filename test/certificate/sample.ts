import type {Certificate} from '../../src/model/certificate.ts';
import {companyId} from '../../src/model/names.ts';

const digest = 'ab'.repeat(32);

/** A certificate in which something stands everywhere; parts of it may be others. */
export const certificateOf = (given: Partial<Certificate> = {}): Certificate => ({
  ...{run: '20260401t060000-a1', command: 'sync', version: '0.2.0', configuration: digest},
  ...{startedAt: '2026-04-01T06:00:00.000Z', endedAt: '2026-04-01T06:01:00.000Z', exitCode: 0, outcome: 'done'},
  ...{catalog: 'main', schema: 'visma', calls: 12, statements: 34},
  companies: [{id: 'se', name: 'Nordic Software AB', currency: 'SEK'}],
  passes: [
    {
      ...{company: 'se', resource: 'supplier', slice: '', outcome: 'landed', since: '2026-03-01T00:00:00.000'},
      ...{pages: 2, listed: 7, read: 7, landed: 5, refused: 1, repeated: 1, unchanged: 0},
    },
  ],
  loads: [
    {
      ...{load: '20260401t060001-b2', company: 'se', resource: 'supplier', slice: ''},
      sha256: digest,
      rows: {supplier: 5},
    },
  ],
  tables: [{table: 'supplier', read: 5, new: 1, changed: 2, unchanged: 2, gone: 0}],
  held: [
    {company: 'se', table: 'supplier', live: 1234, marked: 1, written: 3},
    {
      ...{company: 'se', table: 'journal_transaction_line', live: 20, marked: 0, written: 0},
      ...{debit: '12345678901234567890.1230000000', credit: '-0.5000000000'},
    },
  ],
  ledger: {
    fingerprint: 'f00',
    sums: [{companyId: 'se', lines: 20, debit: '1000.1000000000', credit: '1000.1000000000'}],
    checks: [{companyId: 'se', check: 'balance', open: 0, resolved: 2}],
    periods: [
      {companyId: 'se', period: '202602', state: 'proven', cells: 40, differing: 0, events: 0},
      {
        ...{companyId: 'se', period: '202603', state: 'proven' as const, cells: 41, differing: 0, events: 2},
        closedAt: '2026-04-01T06:00:30.000Z',
      },
    ],
    differences: [],
  },
  problems: [],
  notes: ['a note'],
  ...given,
});

/** The same with one account that differs. */
export const differing = (): Certificate => {
  const certificate = certificateOf({
    exitCode: 1,
    outcome: 'failed',
    problems: [{kind: 'data', message: 'it differs'}],
  });
  const {ledger} = certificate;
  if (!ledger) throw new RangeError('the sample has a ledger');
  const cell = {...{branch: '1', ledger: '1', account: '3001', subaccountId: '7'}, period: '202603'};
  const sums = {expectedDebit: '0', actualDebit: '12.5', expectedCredit: '100', actualCredit: '100.25'};
  return {
    ...certificate,
    ledger: {
      ...ledger,
      periods: ledger.periods.map(each =>
        each.period === '202603' ? {...each, state: 'differs', differing: 1} : each,
      ),
      differences: [{companyId: companyId('se'), ...cell, ...sums}],
    },
  };
};
