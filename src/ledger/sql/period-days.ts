import {indented} from '../../base/sql-layout.ts';
import type {Places} from '../places.ts';

/** YYYYPP, whether the period counts within its year or bears the year as well. */
export const periodText = `CASE
      WHEN LENGTH(period) >= 6 THEN period
      ELSE CONCAT(CAST(year AS STRING), LPAD(period, 2, '0'))
    END`;

/**
 * A query that gives `start_date` and `last_day` of each period, both included: the period's own last day, whichever
 * periods share it. `end_date` is the last day in some companies and the day after it in others. It is the day after
 * if another period starts on that date, and the last day if another one starts the day after. An adjustment period
 * starts where it ends, so it does not count as the next period. If no next period tells (the newest period), the
 * first or last day of a month tells, and then what most periods of the company tell.
 */
export function periodDays({raw}: Places): string {
  const own = `SELECT company_id, ${periodText} AS financial_period, start_date, end_date
FROM ${raw('financial_period')}
WHERE _deleted_at IS NULL`;
  const starts = `SELECT DISTINCT company_id, start_date FROM ${raw('financial_period')}
WHERE _deleted_at IS NULL AND start_date < end_date`;
  return `SELECT
  company_id,
  financial_period,
  start_date,
  CASE
    WHEN is_day_after THEN DATE_SUB(end_date, 1)
    WHEN is_last_day THEN end_date
    WHEN end_date = TRUNC(end_date, 'MM') THEN DATE_SUB(end_date, 1)
    WHEN end_date = LAST_DAY(end_date) THEN end_date
    WHEN days_after > last_days THEN DATE_SUB(end_date, 1)
    ELSE end_date
  END AS last_day
FROM (
  SELECT
    p.company_id,
    p.financial_period,
    p.start_date,
    p.end_date,
    a.start_date IS NOT NULL AS is_day_after,
    n.start_date IS NOT NULL AS is_last_day,
    COUNT(a.start_date) OVER (PARTITION BY p.company_id) AS days_after,
    COUNT(n.start_date) OVER (PARTITION BY p.company_id) AS last_days
  FROM (
${indented(own, 4)}
  ) AS p
  LEFT JOIN (
${indented(starts, 4)}
  ) AS a ON a.company_id = p.company_id AND a.start_date = p.end_date
  LEFT JOIN (
${indented(starts, 4)}
  ) AS n ON n.company_id = p.company_id AND n.start_date = DATE_ADD(p.end_date, 1)
) AS e`;
}
