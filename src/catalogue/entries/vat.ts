import type {Field} from 'apache-arrow';
import {amount, day, flag, rate, text, time} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {account, numbered, party, subaccountReference} from '../shapes.ts';
import {vatCategoryColumns} from './vat-category.ts';

const scheduleColumns: readonly Field[] = [
  day('startDate', 'From when the rate holds'),
  rate('vatRate', 'Rate of the VAT, in percent'),
  amount('minTaxableAmt', 'Least taxable amount that the rate applies to'),
  amount('maxTaxableAmt', 'Greatest taxable amount that the rate applies to'),
  text('reportingGroup', 'Reporting group'),
  rate('deductibleVatRate', 'Deductible rate, in percent'),
  text('groupType', 'Kind of reporting group: Output or Input'),
];

const zoneColumns: readonly Field[] = [
  text('id', 'VAT zone'),
  text('description', 'Description of the VAT zone'),
  text('defaultVatCategory', 'Default VAT category of the zone'),
  ...numbered('defaultTaxCategory', 'Default tax category of the zone'),
  text('errorInfo', 'Error information'),
];

export const vat = resource('vat', {
  comment: 'Kinds of VAT with their accounts and rates',
  endpoint: '/v1/vat',
  reading: unpagedSnapshot,
  key: ['vatId'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/vat/{vatId}',
  groups: ['ledger', 'payables', 'receivables'],
  columns: [
    text('vatId', 'Code of the VAT'),
    text('vatCategoryId', 'Deprecated by Visma, see vat_id'),
    text('description', 'Description of the VAT'),
    text('type', 'Sales, Use, Vat, Withholding, ExemptVat, StatisticalVat, DirectVat, PendingVat or ReverseVat'),
    flag('deductibleVat', 'Whether the VAT is partially deductible'),
    flag('reverseVat', 'Whether it is a reverse VAT'),
    flag('statisticalVat', 'Whether it is calculated for statistics only'),
    flag('pendingVat', 'Whether it is calculated in documents and not yet recorded in the VAT report'),
    flag('includeinVatExemptTotal', 'Whether the taxable amount belongs to the total exempt from VAT'),
    flag('includeinVatTotal', 'Whether the taxable amount belongs to the total subject to VAT'),
    flag('enterFromVatInvoice', 'Whether it is calculated only where the VAT invoice is entered'),
    text('calculateOn', 'What it is calculated on: ItemAmount, ItemTaxAmount, DocumentAmount …'),
    text(
      'cashDiscount',
      'What a cash discount does: ToTaxableAmount, ToPromtPayment, ToTaxAmount, AdjustTax, NoAdjust',
    ),
    ...party('vatAgencyId', 'VAT agency'),
    day('notValidAfter', 'The last day that the VAT is valid'),
    text('euReportCode', 'Code in EU reports: SalesOfGoods, Triangulation or SalesOfService'),
    text('documentText', 'Text printed on the VAT document'),
    ...numbered('defaultNonStockItem', 'Default non-stock item'),
    text('vismaXmlVatType', 'Kind of VAT in Visma XML files'),
    ...account('glAccounts.vatPayableAccount', 'VAT payable account'),
    ...subaccountReference('glAccounts.vatPayableSubaccount', 'VAT payable subaccount'),
    ...account('glAccounts.vatClaimableAccount', 'VAT claimable account'),
    ...subaccountReference('glAccounts.vatClaimableSubccount', 'VAT claimable subaccount'),
  ],
  arrays: [
    {property: 'schedules', name: 'schedule', comment: 'Rates of VAT and when they hold', columns: scheduleColumns},
    {
      property: 'categories',
      name: 'vat_category',
      comment: 'VAT categories that include a VAT',
      columns: [...vatCategoryColumns, time('lastModifiedDateTime', 'When the category was last modified')],
    },
    {property: 'zones', name: 'vat_zone', comment: 'VAT zones that include a VAT', columns: zoneColumns},
  ],
});
