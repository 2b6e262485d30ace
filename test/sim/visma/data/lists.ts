import {type Entity, exact} from '../exact.ts';
import {completed} from './filler.ts';
import {dateText, firstOfMonth, momentText, type Setting} from './setting.ts';

/** How many months there are; the last one is the month of now. */
export const periods = 18;

/**
 * A year ago everything is closed, later the ledgers are, the newest months are open. Each December is followed by an
 * adjustment period, whose last day is the last day of the year as well.
 */
export function financialPeriods({firstDayMs}: Setting): readonly Entity[] {
  return Array.from({length: periods}, (_, place): readonly Entity[] => {
    const start = firstOfMonth(firstDayMs, place);
    const end = firstOfMonth(start, 1);
    const [year = '', month = ''] = dateText(start).split('-');
    const closed = place < 12;
    const ledgersClosed = place < 15;
    const facts = {
      year: Number(year),
      endDate: dateText(end),
      active: true,
      closedInSupplierLedger: ledgersClosed,
      closedInCustomerLedger: ledgersClosed,
      closedInInventoryManagement: closed,
      closedInGeneralLedger: closed,
      closedInCashManagement: closed,
      closedInFixedAssets: closed,
    };
    const ordinary = {...facts, period: month, startDate: dateText(start), description: `${month}-${year}`};
    const adjusting = {...facts, period: '13', startDate: dateText(end), description: `Justering ${year}`};
    return month === '12' ? [ordinary, adjusting] : [ordinary];
  }).flat();
}

const known: readonly (readonly [id: string, name: string, symbol: string])[] = [
  ['SEK', 'Svensk krona', 'kr'],
  ['NOK', 'Norsk krone', 'kr'],
  ['DKK', 'Dansk krone', 'kr.'],
  ['EUR', 'Euro', '€'],
  ['USD', 'US Dollar', '$'],
  ['GBP', 'Pound sterling', '£'],
  ['ISK', 'Íslensk króna', 'kr'],
];

export const currencies = ({company}: Setting): readonly Entity[] =>
  known.map(([id, description, symbol]) => ({
    id,
    description,
    symbol,
    isBaseCurrency: id === company.currency,
    decimalPrecision: id === 'ISK' ? 0 : 2,
    isUsedForAccounting: id !== 'ISK',
  }));

export function creditTerms(setting: Setting): readonly Entity[] {
  return [0, 10, 14, 20, 30, 45, 60, 90].map((days, place) =>
    completed('CreditTermDto', place, {
      termsId: String(days).padStart(2, '0'),
      description: days === 0 ? 'Kontant' : `${days} dagar netto`,
      visibleTo: 'All',
      dueDateType: 'FixedNumberOfDays',
      moveDueDateIfOnTheWeekend: 'No',
      dueDay1: days,
      discountType: 'FixedNumberOfDays',
      discountDay: days === 30 ? 10 : 0,
      discountPercent: exact(days === 30 ? '2.5' : '0.0'),
      instalmentType: days === 90 ? 'Multiple' : 'Single',
      numberOfInstalments: days === 90 ? 3 : 0,
      instalmentsSchedule: days === 90 ? [30, 60, 90].map(at => ({days: at, percent: exact('33.3333')})) : [],
      createdDateTime: momentText(setting, setting.firstDayMs),
      lastModifiedDateTime: momentText(setting, setting.firstDayMs),
    }),
  );
}

const departments = ['00 Gemensamt', '10 Försäljning', '20 Utveckling', '30 Økonomi & HR'];

export const subaccounts = (): readonly Entity[] =>
  departments.map((name, place) => ({
    subaccountNumber: `${name.slice(0, 2)}-000`,
    subaccountId: 100 + place,
    description: name.slice(3),
    lastModifiedDateTime: '2024-10-01T08:00:00.13',
    active: true,
    segments: [
      {
        segmentId: 1,
        segmentDescription: 'Avdelning',
        segmentValue: name.slice(0, 2),
        segmentValueDescription: name.slice(3),
      },
      {segmentId: 2, segmentDescription: 'Projekt', segmentValue: '000', segmentValueDescription: 'Inget'},
    ],
    timeStamp: null,
    errorInfo: null,
    metadata: null,
  }));
