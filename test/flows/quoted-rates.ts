import {type Entity, exact, type VismaSim} from '../sim/visma/visma.ts';

/** Three rates a month of the Norwegian krone; the Danish one is kept the other way round, once a month. */
export function quoteRates(visma: VismaSim): void {
  for (const [place, period] of monthsOf(visma.listed('se', '/v1/financialPeriod')).entries()) {
    for (const [turn, day] of ['01', '11', '23'].entries()) {
      const rate = `0.9${String(place).padStart(2, '0')}${turn}1234567`;
      quote(visma, {id: 9000 + place * 10 + turn, from: 'NOK', to: 'SEK', rate, reciprocal: '1.1', period, day});
    }
    const reciprocal = `1.4${String(place).padStart(2, '0')}987654321`;
    quote(visma, {id: 19_000 + place, from: 'SEK', to: 'DKK', rate: '0.7', reciprocal, period, day: '01'});
  }
}

interface Quote {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly rate: string;
  readonly reciprocal: string;
  readonly period: string;
  readonly day: string;
}

function quote(visma: VismaSim, {id, from, to, rate, reciprocal, period, day}: Quote): void {
  const record = {
    ...{id, fromCurrencyId: from, toCurrencyId: to, rateType: 'SPOT', multDiv: 'Multiply'},
    ...{rate: exact(rate), rateReciprocal: exact(reciprocal)},
    effectiveDate: `${period.slice(0, 4)}-${period.slice(4)}-${day}T00:00:00`,
  };
  visma.insert({company: 'se', collection: 'currencyrate', record});
}

/** The months: nothing is quoted in an adjustment period. */
const monthsOf = (records: readonly Entity[]): readonly string[] =>
  records
    .filter(({period}) => period !== adjusting)
    .map(({year, period}) => `${String(year)}${String(period)}`)
    .toSorted();

/** The number of an adjustment period in its year. */
export const adjusting = '13';
