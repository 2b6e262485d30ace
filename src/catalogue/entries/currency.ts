import {flag, text, whole} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';

export const currency = resource('currency', {
  comment: 'Currencies',
  endpoint: '/v1/currency',
  reading: unpagedSnapshot,
  key: ['id'],
  detail: '/v1/currency/{id}',
  groups: ['default', 'organisation'],
  columns: [
    text('id', 'Currency code'),
    text('description', 'Description of the currency'),
    text('symbol', 'Symbol of the currency'),
    flag('isBaseCurrency', "Whether it is the company's base currency"),
    whole('decimalPrecision', 'Number of decimals'),
    flag('isUsedForAccounting', 'Whether it is used for accounting'),
  ],
});
