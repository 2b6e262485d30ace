/**
 * Visma's stamps: the ERP's local time without a zone, in the steps of SQL Server's datetime (milliseconds end in
 * 0, 3 or 7), trailing zeros trimmed.
 */

/** Where the ERP's clocks on the wall hang. Nothing on the wire says it. */
export type Zone = 'oslo' | 'utc';

const hourMs = 3_600_000;

/** The wall clock at an instant, as milliseconds of a clock that knows no zone. */
export function wallMs(instantMs: number, zone: Zone): number {
  return zone === 'utc' ? instantMs : instantMs + (isSummer(instantMs) ? 2 : 1) * hourMs;
}

/** How far the wall clock is ahead at an instant: `+01:00`. */
export const offsetOf = (instantMs: number, zone: Zone): string =>
  `+0${(wallMs(instantMs, zone) - instantMs) / hourMs}:00`;

/** Summer time of the EU: from the last Sunday of March to the last Sunday of October, at 01:00 UTC. */
function isSummer(instantMs: number): boolean {
  const year = new Date(instantMs).getUTCFullYear();
  return instantMs >= lastSundayMs(year, 2) && instantMs < lastSundayMs(year, 9);
}

function lastSundayMs(year: number, month: number): number {
  const last = new Date(Date.UTC(year, month, 31, 1));
  return last.getTime() - last.getUTCDay() * 24 * hourMs;
}

/** A stamp from wall-clock milliseconds: `2026-03-20T06:35:22.153`, `…:22.74`, `…:22`. */
export function stampOf(wall: number): string {
  const second = Math.floor(wall / 1000) * 1000;
  const ticks = Math.round(((wall - second) * 3) / 10);
  const iso = new Date(second + Math.round((ticks * 10) / 3)).toISOString();
  const fraction = iso.slice(20, 23).replace(/0+$/, '');
  return fraction === '' ? iso.slice(0, 19) : `${iso.slice(0, 19)}.${fraction}`;
}

/** The stamp as text that sorts as the wall clock does; a zone behind it counts for nothing. */
export function sortable(stamp: unknown): string | undefined {
  const match = typeof stamp === 'string' ? /^(.{10})(?:[T ](.{8})(?:\.(\d{1,7}))?)?/.exec(stamp) : null;
  if (!match) return undefined;
  const [, day = '', time = '00:00:00', fraction = ''] = match;
  return `${day}T${time}.${fraction.padEnd(3, '0')}`;
}

const asked = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)?$/;

/** A stamp in a query, sortable; undefined for what the vendor refuses, `Z` and offsets among it. */
export function askedStamp(text: string): string | undefined {
  if (!asked.test(text) || Number.isNaN(Date.parse(text.replace(' ', 'T')))) return undefined;
  return sortable(text);
}
