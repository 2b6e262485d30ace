import {flag, text, whole} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {bankSettings} from '../personal-shapes.ts';
import {address, contact, country, described} from '../shapes.ts';

export const branch = resource('branch', {
  comment: 'Branches of the company',
  endpoint: '/v1/branch',
  reading: unpagedSnapshot,
  query: {
    expandAddress: 'true',
    expandContact: 'true',
    expandCurrency: 'true',
    expandVatZone: 'true',
    expandLedger: 'true',
    expandIndustryCode: 'true',
    expandDeliveryAddress: 'true',
    expandDeliveryContact: 'true',
    expandDefaultCountry: 'true',
    expandBankSettings: 'true',
  },
  key: ['number'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/branch/{number}',
  internalId: 'branchId',
  groups: ['default', 'ledger', 'organisation'],
  columns: [
    whole('branchId', 'Id in the database; it stays when the number is changed'),
    text('number', 'Number of the branch'),
    text('name', 'Name of the branch'),
    whole('organizationId', 'Organisation that the branch belongs to'),
    flag('isMainBranch', 'Whether it is the main one of the branches'),
    flag('isActive', 'Whether the branch is active'),
    text('corporateId', 'Corporate id'),
    text('vatRegistrationId', 'VAT registration id'),
    ...address('mainAddress', 'Main address'),
    ...contact('mainContact', 'Main contact'),
    ...address('deliveryAddress', 'Delivery address'),
    ...contact('deliveryContact', 'Delivery contact'),
    ...country('defaultCountry', 'Default country'),
    ...described('industryCode', 'Industry code'),
    ...described('currency', 'Base currency'),
    text('currency.symbol', 'Base currency: symbol'),
    ...described('vatZone', 'VAT zone'),
    ...described('ledger', 'Ledger'),
    ...bankSettings('bankSettings', 'Bank'),
  ],
});
