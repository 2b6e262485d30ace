import type {Facts} from '../base/errors.ts';

const hints: readonly (readonly [codes: RegExp, hint: string])[] = [
  [
    /^23/,
    'A constraint that the sync did not make refuses a row: NOT NULL, CHECK or the like. Drop it; nothing was lost.',
  ],
  [
    /^EXPECT_TABLE_NOT_VIEW|^42809/,
    'A view stands where the table was. Rename it: the next run makes the table and reads it again whole.',
  ],
  [
    /ROW_COLUMN_ACCESS|ROW_FILTER|COLUMN_MASK|WITH_RLS_CM/,
    'A row filter or a column mask hides rows or values from the sync. Exempt its principal, or put it on a view.',
  ],
];

/** What is to be done about a table that was changed by hand, by the codes that its statement was refused with. */
export function tableHint({errorClass, sqlState}: Facts): string | undefined {
  const codes = [errorClass, sqlState].map(String);
  return hints.find(([form]) => codes.some(code => form.test(code)))?.[1];
}
