import {isJsonObject, type Json, type JsonObject, unwrapped} from '../base/exact-json.ts';
import type {Resource} from '../model/resource.ts';
import {addsUp, cent, differenceOf} from './exact-sum.ts';

type Cut = NonNullable<Resource['cut']>;

/**
 * How the totals in a record's header compare with its lines. *rounded*: in company currency a total is converted once
 * and each line by itself, so that they differ by up to half a cent a line. *close*: the record is in another currency
 * and they differ by some cents, or by up to a cent a line. *off*: by more.
 */
export type Totals = 'equal' | 'rounded' | 'close' | 'off';

/** What is some cents, whatever the number of lines. */
const someCents = 10n * cent;

const grades: readonly Totals[] = ['equal', 'rounded', 'close', 'off'];

/** The worst of a record's totals. */
export function compareTotals(
  header: JsonObject,
  {lines, cut, currency}: {readonly lines: readonly Json[]; readonly cut: Cut; readonly currency: string},
): Totals {
  const isForeign = isInOtherCurrency(header, cut, currency);
  const found = Object.entries(cut.totals).map(([property, totalProperty]) => {
    const total = unwrapped(header[totalProperty]);
    // A total that is zero states nothing: totals in currency are filled only if another currency is used.
    if (total === undefined || total === null || addsUp([], total)) return 'equal';
    const amounts = lines.map(line => (isJsonObject(line) ? unwrapped(line[property]) : undefined));
    const difference = differenceOf(amounts, total);
    if (difference === 0n) return 'equal';
    const count = BigInt(lines.length);
    const closeMax = cent * count > someCents ? cent * count : someCents;
    if (!isForeign || difference === undefined || difference > closeMax) return 'off';
    const isConverted = cut.converted?.totals.includes(totalProperty) === true;
    return isConverted && difference * 2n <= cent * count ? 'rounded' : 'close';
  });
  return grades.findLast(grade => found.includes(grade)) ?? 'equal';
}

/** A currency that did not arrive is unknown, and explains no difference. */
function isInOtherCurrency(header: JsonObject, {converted}: Cut, currency: string): boolean {
  const own = converted && unwrapped(header[converted.currency]);
  return typeof own === 'string' && own.trim() !== '' && own.trim().toUpperCase() !== currency.trim().toUpperCase();
}
