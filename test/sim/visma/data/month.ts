import {sum, type Units} from '../money.ts';
import {type BatchDraft, credit, debit, type Posting} from './batches.ts';
import type {Account} from './chart.ts';
import {dayMs, firstOfMonth, momentOf, type Setting} from './setting.ts';

/** What a month brings besides invoices: wages, rent, wear, fees; the first one opens the books. */
export function monthBatches(
  setting: Setting,
  {start, opening}: {start: number; opening: boolean},
): readonly BatchDraft[] {
  const last = Math.min(firstOfMonth(start, 1) - dayMs, Math.floor(setting.nowWallMs / dayMs) * dayMs);
  return [
    ...(opening ? [openingBatch(setting, start)] : []),
    wages(setting, last),
    wear(setting, last),
    fees(setting, last),
    ...closingEntries({...setting, chance: setting.otherChance}, last),
  ];
}

/** Written weeks after the year has ended, into its adjustment period. */
function closingEntries(setting: Setting, last: number): readonly BatchDraft[] {
  const day = new Date(last);
  const writtenWallMs = momentOf(setting, last + 40 * dayMs);
  if (day.getUTCMonth() !== 11 || last + 41 * dayMs > setting.nowWallMs) return [];
  return [{...wear(setting, last), writtenWallMs, text: 'Bokslut', period: `${day.getUTCFullYear()}13`}];
}

function draft(setting: Setting, {day, ...rest}: Pick<BatchDraft, 'module' | 'day' | 'text' | 'postings'>): BatchDraft {
  return {...rest, day, writtenWallMs: momentOf(setting, day), currency: setting.company.currency, rate: '1.0'};
}

function openingBatch(setting: Setting, day: number): BatchDraft {
  const {chart} = setting;
  const text = 'Ingående balans';
  const held: readonly (readonly [Account, Units])[] = [
    [chart.bank, 25_000_000_000n],
    [chart.equipment, 8_123_456_700n],
    [chart.stock, 3_200_050_000n],
  ];
  const postings = held.map(([account, amount]) => debit({account, amount, text}));
  const equity = credit({account: chart.equity, amount: sum(held.map(([, amount]) => amount)), text});
  return draft(setting, {module: 'GL', day, text, postings: [...postings, equity]});
}

function wages(setting: Setting, day: number): BatchDraft {
  const {chart, chance} = setting;
  const text = 'Lön';
  const gross = Array.from({length: chance.whole(4, 12)}, () => BigInt(chance.whole(2_800_000, 6_500_000)) * 100n);
  const paid = gross.map(amount => debit({account: chart.salaries, amount, text}));
  const tax = (sum(gross) / 10_000n) * 3_000n;
  const social = (sum(gross) / 10_000n) * 3_142n;
  return draft(setting, {
    module: 'GL',
    day,
    text: `${text} 💸`,
    postings: [
      ...paid,
      debit({account: chart.socialFees, amount: social, text: 'Arbetsgivaravgift'}),
      credit({account: chart.payrollTax, amount: tax + social, text: 'Skatt'}),
      credit({account: chart.salaryDue, amount: sum(gross) - tax, text}),
    ],
  });
}

function wear(setting: Setting, day: number): BatchDraft {
  const {chart, chance} = setting;
  const amount = BigInt(chance.whole(1_000_000, 4_000_000)) * 100n;
  const text = 'Avskrivning "månad"';
  const postings = [debit({account: chart.wear, amount, text}), credit({account: chart.equipmentWorn, amount, text})];
  return draft(setting, {module: 'GL', day, text, postings});
}

function fees(setting: Setting, day: number): BatchDraft {
  const {chart, chance} = setting;
  const amount = BigInt(chance.whole(5_000, 90_000)) * 100n;
  const text = 'Bankavgifter';
  const postings = [debit({account: chart.bankFees, amount, text}), credit({account: chart.bank, amount, text})];
  return draft(setting, {module: 'CA', day, text, postings});
}

/** A batch of so many lines (at least two) that spreads costs, as imports from other systems do. */
export function spreadBatch(setting: Setting, {day, lines}: {day: number; lines: number}): BatchDraft {
  const {chart, chance} = setting;
  const costs = [chart.telephone, chart.energy, chart.software, chart.travel, chart.audit];
  const text = 'Periodisering';
  const spread: Posting[] = [];
  for (let line = 1; line < lines; line++) {
    const amount = BigInt(chance.whole(100, 900_000)) * 100n;
    spread.push(debit({account: chance.pick(costs), amount, text, reference: String(line).padStart(6, '0')}));
  }
  const total = sum(spread.map(posting => posting.debit));
  return draft(setting, {
    module: 'GL',
    day,
    text,
    postings: [...spread, credit({account: chart.accrued, amount: total, text})],
  });
}
