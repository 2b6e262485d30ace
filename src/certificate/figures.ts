/** Decimals that amounts have in the tables. */
const scale = 10;

/** A decimal as a whole number of its last place. */
export function unitsOf(decimal: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  const units = BigInt(whole + fraction.slice(0, scale).padEnd(scale, '0'));
  return sign === '' ? units : -units;
}

export const sizeOf = (units: bigint): bigint => (units < 0n ? -units : units);

/** The other way round. */
export function decimalOf(units: bigint): string {
  const digits = String(sizeOf(units)).padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Digits in threes, with a space that breaks no line. */
const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, '\u00a0');

export const countText = (count: number): string => grouped(String(count));

/** An amount with all of its decimals that say something, two at least. */
export function amountText(decimal: string): string {
  const units = unitsOf(decimal);
  const digits = String(sizeOf(units)).padStart(scale + 1, '0');
  const fraction = digits.slice(-scale).replace(/0+$/, '').padEnd(2, '0');
  return `${units < 0n ? '\u2212' : ''}${grouped(digits.slice(0, -scale))}.${fraction}`;
}

/** Figures that stand under each other, their decimal points too: what one has fewer of is filled with blanks. */
export function aligned(figures: readonly string[]): readonly string[] {
  const decimalsOf = (figure: string): number => (figure.includes('.') ? figure.length - figure.indexOf('.') : 0);
  const most = Math.max(0, ...figures.map(decimalsOf));
  return figures.map(figure => (figure === '' ? '' : figure + '\u2007'.repeat(most - decimalsOf(figure))));
}

/** `1 period`, `2 periods`. */
export const counted = (count: number, noun: string, many = `${noun}s`): string =>
  `${countText(count)} ${count === 1 ? noun : many}`;

/** An instant as people write it, in UTC. */
export const instantText = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;

/** A period YYYYPP as `2026-03`. */
export const periodText = (period: string): string =>
  /^\d{6}$/.test(period) ? `${period.slice(0, 4)}-${period.slice(4)}` : period;

export const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** The rows of each key, keys in the order of first sight. */
export function groupedBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
