import {flag, text} from '../columns.ts';
import {resource, unpagedSnapshot} from '../entry.ts';
import {bankSettings} from '../personal-shapes.ts';
import {address, contact, country, currency, described, vatZone} from '../shapes.ts';

export const organization = resource('organization', {
  comment: 'Organisations: what branches belong to',
  endpoint: '/v1/organization',
  reading: unpagedSnapshot,
  query: {expandBranches: 'true', expandBankSettings: 'true'},
  key: ['organizationCd'],
  stamp: 'lastModifiedDateTime',
  detail: '/v1/organization/{organizationCd}',
  groups: ['organisation'],
  columns: [
    text('organizationCd', 'Code of the organisation'),
    text('name', 'Name of the organisation'),
    text('organizationType', 'Kind of organisation'),
    flag('fileTaxByBranches', 'Whether tax is reported by branches'),
    text('baseCurrency', 'Base currency'),
    ...address('mainAddress', 'Main address'),
    ...contact('mainContact', 'Main contact'),
    ...address('deliveryAddress', 'Delivery address'),
    ...contact('deliveryContact', 'Delivery contact'),
    text('corporateId', 'Corporate id'),
    text('vatRegistrationId', 'VAT registration id'),
    ...country('defaultCountry', 'Default country'),
    ...described('industryCode', 'Industry code'),
    ...currency('currency', 'Currency'),
    ...vatZone('vatZone', 'VAT zone'),
    ...described('ledger', 'Ledger'),
    ...bankSettings('bankSettings', 'Bank'),
    text('timeStamp', "Visma's row version, the ETag of the record"),
  ],
  arrays: [
    {
      property: 'branches',
      name: 'branch',
      number: 'number',
      comment: 'Branches of organisations',
      columns: [text('number', 'Number of the branch'), text('name', 'Name of the branch')],
    },
  ],
});
