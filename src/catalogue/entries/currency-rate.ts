import {day, rate, text, whole} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';

export const currencyRate = resource('currency_rate', {
  comment: 'Exchange rates by pair of currencies, kind of rate and day',
  endpoint: '/v2/currencyrate',
  reading: unpagedSnapshot,
  key: ['id'],
  groups: ['default', 'organisation'],
  columns: [
    whole('id', 'Id of the rate'),
    text('fromCurrencyId', 'Currency that is exchanged'),
    text('toCurrencyId', 'Currency that it is exchanged to'),
    text('rateType', 'Kind of rate'),
    rate('rate', 'Rate'),
    day('effectiveDate', 'From when the rate holds'),
    text('multDiv', 'Whether amounts are multiplied or divided by the rate'),
    rate('rateReciprocal', 'One divided by the rate'),
    text('timeStamp', "Visma's row version, the ETag of the record"),
  ],
});
