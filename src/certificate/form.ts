import * as z from 'zod';
import type {Certificate} from '../model/certificate.ts';
import {companyId} from '../model/names.ts';

const text = z.string();
const count = z.int().nonnegative();
/** Digits, exact; nobody makes a float of it. */
const exact = z.string().regex(/^-?\d+(?:\.\d+)?$/);
const instant = z.iso.datetime();
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const pass = z.object({
  ...{company: text, resource: text, slice: text, outcome: text, since: text.exactOptional()},
  ...{pages: count, listed: count.exactOptional(), read: count, landed: count, refused: count, repeated: count},
  unchanged: count,
});

const load = z.object({
  ...{load: text, company: text, resource: text, slice: text, sha256: digest},
  rows: z.record(text, count),
});

const table = z.object({table: text, read: count, new: count, changed: count, unchanged: count, gone: count});

const held = z.object({
  ...{company: text, table: text, live: count, marked: count, written: count},
  ...{debit: exact.exactOptional(), credit: exact.exactOptional()},
});

const period = z.object({
  ...{
    companyId: text,
    period: text,
    state: z.enum(['due', 'proven', 'differs', 'unproven', 'empty']),
    cells: count,
    differing: count,
  },
  reason: text.exactOptional(),
  ...{closedAt: instant.exactOptional(), reopenedAt: instant.exactOptional(), events: count},
});

const difference = z.object({
  companyId: text.transform(companyId),
  ...{period: text, branch: text, ledger: text, account: text, subaccountId: text},
  ...{expectedDebit: exact.exactOptional(), actualDebit: exact},
  ...{expectedCredit: exact.exactOptional(), actualCredit: exact},
});

const ledger = z.object({
  fingerprint: text,
  sums: z.array(z.object({companyId: text, lines: count, debit: exact, credit: exact})),
  checks: z.array(z.object({companyId: text, check: text, open: count, resolved: count})),
  periods: z.array(period),
  facts: z.array(z.object({companyId: text, fact: text, answer: text, evidence: text})).exactOptional(),
  differences: z.array(difference),
});

/** The form of what a file says. What a later version says beside it is passed over. */
export const certificateForm: z.ZodType<Certificate> = z.object({
  ...{run: text, command: text, version: text, configuration: digest, startedAt: instant, endedAt: instant},
  ...{exitCode: count, outcome: text, catalog: text, schema: text},
  companies: z.array(z.object({id: text, name: text, currency: text})),
  ...{calls: count, statements: count},
  passes: z.array(pass),
  loads: z.array(load),
  tables: z.array(table),
  held: z.array(held),
  ledger: ledger.exactOptional(),
  problems: z.array(z.object({kind: text, message: text})),
  notes: z.array(text),
});
