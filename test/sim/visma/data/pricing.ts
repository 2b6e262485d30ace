import type {Chance} from '../chance.ts';
import {converted, percent, perOne, share, sum, type Units} from '../money.ts';
import type {Account} from './chart.ts';
import type {Setting} from './setting.ts';

/** One line of a document before it is written; the currency's amounts first, the company's by the rate. */
export interface PricedLine {
  readonly text: string;
  readonly account: Account;
  readonly quantity: Units;
  readonly priceInCurrency: Units;
  readonly price: Units;
  readonly discountInCurrency: Units;
  readonly discount: Units;
  readonly discountPercent: number;
  readonly amountInCurrency: Units;
  readonly amount: Units;
  readonly taxRate: number;
}

export interface PricedTax {
  readonly rate: number;
  readonly taxable: Units;
  readonly taxableInCurrency: Units;
  readonly tax: Units;
  readonly taxInCurrency: Units;
}

/** A document's amounts: its totals are the sums of its lines and taxes, in either currency. */
export interface Priced {
  readonly lines: readonly PricedLine[];
  readonly taxes: readonly PricedTax[];
  readonly detail: Units;
  readonly detailInCurrency: Units;
  readonly tax: Units;
  readonly taxInCurrency: Units;
  readonly total: Units;
  readonly totalInCurrency: Units;
}

const texts = [
  'Konsulttimmar',
  'Kontorsmaterial',
  'Licens, årlig',
  'Frakt & håndtering',
  'Møteserveringer',
  'Rengøring',
  'Serverdrift',
  'Reparation',
  'Skärmar 27"',
  'Kaffe ☕ och bröd',
];

export function priced(
  setting: Setting,
  {accounts, rate, lines}: {accounts: readonly Account[]; rate: string; lines: number},
): Priced {
  const drawn = Array.from({length: lines}, () => pricedLine(setting, {account: setting.chance.pick(accounts), rate}));
  const taxes = taxesOf(drawn, rate);
  const detail = sum(drawn.map(line => line.amount));
  const detailInCurrency = sum(drawn.map(line => line.amountInCurrency));
  const tax = sum(taxes.map(entry => entry.tax));
  const taxInCurrency = sum(taxes.map(entry => entry.taxInCurrency));
  return {
    lines: drawn,
    taxes,
    detail,
    detailInCurrency,
    tax,
    taxInCurrency,
    total: detail + tax,
    totalInCurrency: detailInCurrency + taxInCurrency,
  };
}

function pricedLine({chance, taxRates}: Setting, {account, rate}: {account: Account; rate: string}): PricedLine {
  const quantity = quantityOf(chance);
  const priceInCurrency = BigInt(chance.whole(50, 250_000)) * 100n;
  const gross = share(priceInCurrency, quantity, perOne);
  const discountPercent = chance.inHundred(8) ? chance.pick([5, 10, 25]) : 0;
  const discountInCurrency = percent(gross, discountPercent);
  const amountInCurrency = gross - discountInCurrency;
  return {
    text: chance.pick(texts),
    account,
    quantity,
    priceInCurrency,
    price: converted(priceInCurrency, rate),
    discountInCurrency,
    discount: converted(discountInCurrency, rate),
    discountPercent,
    amountInCurrency,
    amount: converted(amountInCurrency, rate),
    taxRate: chance.inHundred(75) ? (taxRates[0] ?? 25) : chance.pick(taxRates),
  };
}

function quantityOf(chance: Chance): Units {
  const whole = BigInt(chance.whole(1, 30)) * perOne;
  return chance.inHundred(20) ? whole + BigInt(chance.pick([2500, 5000, 3333])) : whole;
}

function taxesOf(lines: readonly PricedLine[], rate: string): readonly PricedTax[] {
  return [...new Set(lines.map(line => line.taxRate))].map(taxRate => {
    const taxed = lines.filter(line => line.taxRate === taxRate);
    const taxableInCurrency = sum(taxed.map(line => line.amountInCurrency));
    const taxInCurrency = percent(taxableInCurrency, taxRate);
    return {
      rate: taxRate,
      taxable: sum(taxed.map(line => line.amount)),
      taxableInCurrency,
      tax: converted(taxInCurrency, rate),
      taxInCurrency,
    };
  });
}

const ratesToKrone: Readonly<Record<string, number>> = {EUR: 11_234_500, USD: 10_412_000, GBP: 13_051_750};

/** What one unit of a currency costs in the company's, as text: `11.298731`; `1.0` for its own. */
export function rateOf({chance, company}: Setting, currency: string): string {
  if (currency === company.currency) return '1.0';
  const danish = company.currency === 'DKK' ? 66 : 100;
  const micros = Math.floor(((ratesToKrone[currency] ?? 10_000_000) * danish) / 100) + chance.whole(-90_000, 90_000);
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
}
