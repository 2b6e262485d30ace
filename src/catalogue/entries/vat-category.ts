import type {Field} from 'apache-arrow';
import {flag, text} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';

export const vatCategoryColumns: readonly Field[] = [
  text('vatCategoryId', 'Code of the VAT category'),
  text('description', 'Description of the VAT category'),
  flag('active', 'Whether the VAT category is active'),
  flag('excludeListedTaxes', 'Whether the listed taxes are excluded from VAT zones'),
];

export const vatCategory = resource('vat_category', {
  comment: 'VAT categories',
  endpoint: '/v1/vatCategory',
  reading: unpagedSnapshot,
  key: ['vatCategoryId'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/vatCategory/{vatCategoryId}',
  groups: ['ledger', 'payables', 'receivables'],
  columns: vatCategoryColumns,
  arrays: [
    {
      property: 'vatCategoryLines',
      name: 'line',
      comment: 'VAT that VAT categories include',
      columns: [
        text('vatId', 'Code of the VAT'),
        text('vendorCd', 'Supplier'),
        text('description', 'Description of the VAT'),
        text('type', 'Sales, Use, Vat, Withholding, ExemptVat, StatisticalVat, DirectVat, PendingVat or ReverseVat'),
        text('calculateOn', 'What it is calculated on: ItemAmount, ItemTaxAmount, DocumentAmount …'),
        text('cashDiscount', 'What a cash discount does to the taxable amount'),
      ],
    },
  ],
});
