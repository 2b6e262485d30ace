import {type Entity, exact} from '../exact.ts';
import {accountInLine} from './chart.ts';
import {completed} from './filler.ts';
import {momentText, type Party, type Setting} from './setting.ts';

const first = [
  'Norr',
  'Söder',
  'Väst',
  'Öst',
  'Fjell',
  'Ørsted',
  'Åsa',
  'Æble',
  'Hav',
  'Skog',
  'Malm',
  'Bryggen',
  'Ljus',
];
const second = ['lands', 'viks', 'havs', 'bergs', 'dals', 'ö', 'strøms', 'näs', 'gårds', 'sjö'];
const trade = [
  'Bygg',
  'Data',
  'Konsult',
  'Transport',
  'Livs',
  'El',
  'Rør',
  'Smørrebrød',
  'Papper',
  'Energi',
  'Städ',
  'Møbler',
];
const suffix: Readonly<Record<string, string>> = {SE: 'AB', NO: 'AS', DK: 'ApS'};
const cities: Readonly<Record<string, readonly string[]>> = {
  SE: ['Malmö', 'Göteborg', 'Umeå', 'Örebro'],
  NO: ['Tromsø', 'Ålesund', 'Bergen', 'Oslo'],
  DK: ['København', 'Århus', 'Ærøskøbing', 'Odense'],
};
const foreign = ['EUR', 'USD', 'GBP'];

/** Makes so many suppliers and customers, and notes them in the setting. */
export function settleParties(setting: Setting, {suppliers, customers}: {suppliers: number; customers: number}): void {
  for (let place = 0; place < suppliers; place++) {
    const party = newParty(setting, 50_000 + place);
    setting.suppliers.push(party);
    setting.books
      .collection('supplier')
      .add(versionless(completed('SupplierDto', place, supplierRecord(setting, party))));
  }
  for (let place = 0; place < customers; place++) {
    const party = newParty(setting, 10_000 + place);
    setting.customers.push(party);
    setting.books
      .collection('customer')
      .add(versionless(completed('CustomerDto', place, customerRecord(setting, party))));
  }
}

/** The store gives the row version. */
const versionless = ({timeStamp: _, ...record}: Entity): Entity => record;

function newParty({chance, company}: Setting, number: number): Party {
  const currency = chance.inHundred(80) ? company.currency : chance.pick(foreign);
  const name = `${chance.pick(first)}${chance.pick(second)} ${chance.pick(trade)} ${suffix[company.country] ?? ''}`;
  return {internalId: number - 9_000, number: String(number), name, currency};
}

function address({chance, company}: Setting, id: number): Entity {
  return {
    addressId: id,
    addressLine1: `${chance.pick(first)}gatan ${chance.whole(1, 120)}`,
    addressLine2: chance.inHundred(20) ? '3 tr' : '',
    addressLine3: null,
    postalCode: String(chance.whole(10_000, 98_999)),
    city: chance.pick(cities[company.country] ?? ['Oslo']),
    country: {id: company.country, name: company.country, errorInfo: null},
    county: null,
  };
}

function contact({chance}: Setting, id: number, name: string): Entity {
  return {
    contactId: id,
    name,
    attention: chance.inHundred(30) ? 'Ekonomi' : null,
    email: `faktura${id}@example.com`,
    web: null,
    phone1: `+46 8 ${chance.whole(100_000, 999_999)}`,
    phone2: null,
    fax: null,
  };
}

const attributes = ({chance}: Setting): Entity['attributes'] =>
  chance.pick([
    [],
    null,
    [{id: 'REGION', value: 'N', description: 'Norr'}],
    [
      {id: 'REGION', value: 'S', description: 'Söder'},
      {id: 'SEGMENT', value: 'SMB', description: 'Små & medelstora'},
    ],
  ]);

function parent({chance}: Setting, parties: readonly Party[]): Entity | null {
  if (parties.length === 0 || !chance.inHundred(10)) return null;
  const {number, name} = chance.pick(parties);
  return {number, name};
}

function supplierRecord(setting: Setting, party: Party): Entity {
  const {chance, company, chart} = setting;
  const id = party.internalId * 4;
  return {
    internalId: party.internalId,
    number: party.number,
    name: party.name,
    status: chance.inHundred(92) ? 'Active' : chance.pick(['OnHold', 'HoldPayments', 'Inactive']),
    mainAddress: address(setting, id),
    mainContact: contact(setting, id, party.name),
    accountReference: chance.inHundred(50) ? `KND${chance.whole(100, 999)}` : '',
    parentRecord: parent(setting, setting.suppliers),
    supplierClass: {id: '1', description: 'Leverantörer'},
    creditTerms: {id: '30', description: '30 dagar netto'},
    documentLanguage: null,
    currencyId: party.currency,
    paymentMethod: {id: '1', description: 'Bankgiro'},
    cashAccount: chart.bank.code,
    chargeBearer: 'Payer',
    accountUsedForPayment: 'IBAN',
    paymentBy: 'DueDate',
    paymentLeadTime: chance.whole(0, 3),
    paySeparately: chance.inHundred(5),
    location: {countryId: company.country, id: 'MAIN', name: 'Huvudkontor'},
    vatRegistrationId: `${company.country}${chance.whole(500_000, 999_999)}${chance.whole(1000, 9999)}01`,
    corporateId: `${chance.whole(500_000, 999_999)}-${chance.whole(1000, 9999)}`,
    vatZone: {id: '01', description: 'Inrikes', defaultVatCategory: '25', defaultTaxCategory: null},
    glAccounts: {
      supplierAccount: accountInLine(chart.payable),
      expenseAccount: accountInLine(chart.goods),
      expenseSubaccount: null,
    },
    attributes: attributes(setting),
    supplierPaymentMethodDetails: [
      {
        paymentMethodDetailDescription: 'Konto',
        paymentMethodDetailValue: `SE${chance.whole(1_000_000, 9_999_999)}`,
        paymentMethodDetailBankingDetailType: 'Account',
        paymentMethodDetailID: '1',
      },
    ],
    retainageApply: false,
    retainagePct: exact(id % 3 === 0 ? '0.000000' : '1234567.012345678'),
    note: chance.inHundred(10) ? 'Ring före leverans' : null,
    numberOfEmployees: chance.whole(0, 400),
    landedCostSupplier: false,
    currencyOverride: true,
    currencyRateOverride: false,
    lastModifiedDateTime: modified(setting),
    errorInfo: null,
  };
}

function customerRecord(setting: Setting, party: Party): Entity {
  const {chance, company, chart} = setting;
  const id = party.internalId * 4 + 2;
  return {
    internalId: party.internalId,
    number: party.number,
    name: party.name,
    status: chance.inHundred(92) ? 'Active' : chance.pick(['OnHold', 'CreditHold', 'Inactive']),
    mainAddress: address(setting, id),
    mainContact: contact(setting, id, party.name),
    accountReference: '',
    parentRecord: parent(setting, setting.customers),
    customerClass: {id: '1', description: 'Kunder'},
    creditTerms: {id: '30', description: '30 dagar netto'},
    currencyId: party.currency,
    creditVerification: 'Disabled',
    creditLimit: exact(chance.pick(['0.0', '50000.0000', '250000.5', '1234567.0123456789'])),
    creditDaysPastDue: 0,
    invoiceAddress: address(setting, id + 1),
    printInvoices: true,
    acceptAutoInvoices: chance.inHundred(60),
    sendInvoicesByEmail: chance.inHundred(60),
    statementType: 'OpenItem',
    deliveryAddress: null,
    vatRegistrationId: `${company.country}${chance.whole(500_000, 999_999)}${chance.whole(1000, 9999)}01`,
    corporateId: `${chance.whole(500_000, 999_999)}-${chance.whole(1000, 9999)}`,
    gln: chance.inHundred(30) ? `00${chance.whole(10_000_000, 99_999_999)}` : null,
    vatZone: {id: '01', description: 'Inrikes'},
    location: {countryId: company.country, id: 'MAIN', name: 'Huvudkontor'},
    attributes: attributes(setting),
    directDebitLines: chance.inHundred(15) ? [mandate(setting, party)] : [],
    glAccounts: {
      customerLedgerAccount: accountInLine(chart.receivable),
      salesAccount: accountInLine(chart.salesGoods),
    },
    invoiceToDefaultLocation: false,
    paymentMethods: [
      {paymentMethodId: '1', isDefault: true},
      ...(chance.inHundred(20) ? [{paymentMethodId: '2', isDefault: false}] : []),
    ],
    defaultPaymentMethodId: '1',
    numberOfEmployees: chance.whole(0, 4000),
    excludeDebtCollection: false,
    createdDateTime: momentText(setting, setting.firstDayMs),
    lastModifiedDateTime: modified(setting),
    errorInfo: null,
  };
}

function mandate({chance}: Setting, {number}: Party): Entity {
  return {
    id: `0b6f5a30-0000-4000-8000-0000000${number}`,
    mandateId: `M${number}`,
    mandateDescription: 'Autogiro',
    dateOfSignature: '2024-11-01T00:00:00',
    isDefault: true,
    oneTime: false,
    bic: 'NDEASESS',
    iban: `SE45${chance.whole(10_000_000, 99_999_999)}`,
    lastCollectionDate: null,
    maxAmount: exact('25000.0000'),
    expirationDate: '9999-12-31T00:00:00',
    branch: '1',
  };
}

function modified(setting: Setting): string {
  const days = Math.floor((setting.nowWallMs - setting.firstDayMs) / 86_400_000);
  return momentText(setting, setting.firstDayMs + setting.chance.whole(0, days) * 86_400_000);
}
