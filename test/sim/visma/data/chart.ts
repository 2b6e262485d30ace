import type {Entity} from '../exact.ts';

/** What an account is for; every company has one account for each, under its own code and name. */
export type Role =
  | 'intangibles'
  | 'equipment'
  | 'equipmentWorn'
  | 'stock'
  | 'receivable'
  | 'prepaid'
  | 'cash'
  | 'bank'
  | 'bankEuro'
  | 'equity'
  | 'retained'
  | 'payable'
  | 'taxPayable'
  | 'payrollTax'
  | 'vatOut'
  | 'vatIn'
  | 'accrued'
  | 'salaryDue'
  | 'salesGoods'
  | 'salesServices'
  | 'salesLicences'
  | 'salesExport'
  | 'otherIncome'
  | 'goods'
  | 'subcontractors'
  | 'rent'
  | 'energy'
  | 'software'
  | 'travel'
  | 'marketing'
  | 'telephone'
  | 'audit'
  | 'bankFees'
  | 'salaries'
  | 'socialFees'
  | 'pensions'
  | 'wear'
  | 'interestIncome'
  | 'interestCost'
  | 'rounding';

type Kind = 'Asset' | 'Liability' | 'Income' | 'Expense';
type Country = 'SE' | 'NO' | 'DK';
type Named = readonly [code: string, name: string];

const roles: readonly (readonly [Role, Kind, Named, Named, Named])[] = [
  [
    'intangibles',
    'Asset',
    ['1010', 'Utvecklingsutgifter'],
    ['1000', 'Forskning og utvikling'],
    ['10100', 'Udviklingsprojekter'],
  ],
  ['equipment', 'Asset', ['1220', 'Inventarier och verktyg'], ['1250', 'Inventar'], ['12200', 'Driftsmateriel']],
  [
    'equipmentWorn',
    'Asset',
    ['1229', 'Ack avskrivningar på inventarier'],
    ['1259', 'Avskrivning inventar'],
    ['12290', 'Afskrivninger'],
  ],
  ['stock', 'Asset', ['1460', 'Lager av handelsvaror'], ['1460', 'Varelager'], ['14600', 'Varelager']],
  ['receivable', 'Asset', ['1510', 'Kundfordringar'], ['1500', 'Kundefordringer'], ['15100', 'Debitorer']],
  ['prepaid', 'Asset', ['1790', 'Förutbetalda kostnader'], ['1700', 'Forskuddsbetalt'], ['17900', 'Forudbetalinger']],
  ['cash', 'Asset', ['1910', 'Kassa'], ['1900', 'Kontanter'], ['19100', 'Kasse']],
  ['bank', 'Asset', ['1930', 'Företagskonto'], ['1920', 'Bankinnskudd'], ['19300', 'Bank']],
  ['bankEuro', 'Asset', ['1940', 'Valutakonto EUR'], ['1930', 'Valutakonto EUR'], ['19400', 'Valutakonto EUR']],
  ['equity', 'Liability', ['2081', 'Aktiekapital'], ['2000', 'Aksjekapital'], ['20810', 'Selskabskapital']],
  [
    'retained',
    'Liability',
    ['2091', 'Balanserad vinst'],
    ['2050', 'Annen egenkapital'],
    ['20910', 'Overført resultat'],
  ],
  ['payable', 'Liability', ['2440', 'Leverantörsskulder'], ['2400', 'Leverandørgjeld'], ['24400', 'Kreditorer']],
  ['taxPayable', 'Liability', ['2510', 'Skatteskulder'], ['2500', 'Betalbar skatt'], ['25100', 'Skyldig skat']],
  ['vatOut', 'Liability', ['2611', 'Utgående moms'], ['2700', 'Utgående merverdiavgift'], ['26110', 'Salgsmoms']],
  ['vatIn', 'Liability', ['2641', 'Ingående moms'], ['2710', 'Inngående merverdiavgift'], ['26410', 'Købsmoms']],
  ['payrollTax', 'Liability', ['2710', 'Personalens källskatt'], ['2600', 'Forskuddstrekk'], ['27100', 'A-skat']],
  ['salaryDue', 'Liability', ['2821', 'Löneskulder'], ['2930', 'Skyldig lønn'], ['28210', 'Skyldig løn']],
  [
    'accrued',
    'Liability',
    ['2990', 'Upplupna kostnader'],
    ['2960', 'Påløpte kostnader'],
    ['29900', 'Skyldige omkostninger'],
  ],
  ['salesGoods', 'Income', ['3001', 'Försäljning varor'], ['3000', 'Salg av varer'], ['30010', 'Varesalg']],
  [
    'salesServices',
    'Income',
    ['3041', 'Försäljning tjänster'],
    ['3020', 'Salg av tjenester'],
    ['30410', 'Salg af ydelser'],
  ],
  ['salesLicences', 'Income', ['3045', 'Licensintäkter'], ['3030', 'Lisensinntekter'], ['30450', 'Licenser']],
  ['salesExport', 'Income', ['3105', 'Export varor'], ['3100', 'Eksport'], ['31050', 'Eksport']],
  ['rounding', 'Income', ['3740', 'Öres- och kronutjämning'], ['3960', 'Øreavrunding'], ['37400', 'Øreafrunding']],
  ['otherIncome', 'Income', ['3990', 'Övriga intäkter'], ['3900', 'Andre inntekter'], ['39900', 'Andre indtægter']],
  ['goods', 'Expense', ['4010', 'Inköp varor'], ['4300', 'Innkjøp varer'], ['40100', 'Vareforbrug']],
  [
    'subcontractors',
    'Expense',
    ['4600', 'Underentreprenader'],
    ['4500', 'Fremmedytelser'],
    ['46000', 'Underleverandører'],
  ],
  ['rent', 'Expense', ['5010', 'Lokalhyra'], ['6300', 'Leie lokaler'], ['50100', 'Husleje']],
  ['energy', 'Expense', ['5020', 'El för belysning'], ['6340', 'Lys og varme'], ['50200', 'El og varme']],
  ['software', 'Expense', ['5420', 'Programvaror'], ['6553', 'Programvare'], ['54200', 'Software']],
  ['travel', 'Expense', ['5810', 'Biljetter'], ['7140', 'Reisekostnad'], ['58100', 'Rejser']],
  ['marketing', 'Expense', ['5910', 'Annonsering'], ['7320', 'Reklame'], ['59100', 'Annoncer']],
  ['telephone', 'Expense', ['6212', 'Mobiltelefon'], ['6900', 'Telefon'], ['62120', 'Telefon']],
  ['audit', 'Expense', ['6420', 'Revisionsarvoden'], ['6700', 'Revisjon'], ['64200', 'Revisor']],
  ['bankFees', 'Expense', ['6570', 'Bankkostnader'], ['7770', 'Bankgebyr'], ['65700', 'Bankgebyrer']],
  ['salaries', 'Expense', ['7010', 'Löner till kollektivanställda'], ['5000', 'Lønn'], ['70100', 'Lønninger']],
  ['pensions', 'Expense', ['7410', 'Pensionspremier'], ['5420', 'Pensjon'], ['74100', 'Pension']],
  ['socialFees', 'Expense', ['7510', 'Arbetsgivaravgifter'], ['5400', 'Arbeidsgiveravgift'], ['75100', 'ATP']],
  ['wear', 'Expense', ['7832', 'Avskrivningar'], ['6010', 'Avskrivning'], ['78320', 'Afskrivninger']],
  ['interestIncome', 'Income', ['8310', 'Ränteintäkter'], ['8050', 'Renteinntekt'], ['83100', 'Renteindtægter']],
  ['interestCost', 'Expense', ['8410', 'Räntekostnader'], ['8150', 'Rentekostnad'], ['84100', 'Renteudgifter']],
];

/** An account as documents name it. */
export interface Account {
  readonly role: Role;
  readonly code: string;
  readonly name: string;
  readonly kind: Kind;
}

export type Chart = Readonly<Record<Role, Account>>;

export function chartOf(country: string): Chart {
  const place = {SE: 2, NO: 3, DK: 4}[country as Country] ?? 2;
  return Object.fromEntries(
    roles.map(row => {
      const [code, name] = row[place as 2 | 3 | 4];
      return [row[0], {role: row[0], kind: row[1], code, name}];
    }),
  ) as unknown as Chart;
}

const controlled: Partial<Record<Role, string>> = {receivable: 'AR', payable: 'AP', bank: 'CA', bankEuro: 'CA'};

/** The record of /v1/account. */
export function accountRecord(
  account: Account,
  {id, currency, modifiedAt}: {id: number; currency: string; modifiedAt: string},
): Entity {
  const {code, name, kind, role} = account;
  return {
    accountID: id,
    accountCD: code,
    accountGroupCD: null,
    accountClass: kind.toUpperCase(),
    type: kind,
    active: role !== 'cash',
    description: name,
    accountClassDescription: `${kind} accounts`,
    useDefaultSub: role === 'receivable' || role === 'payable',
    postOption: role === 'receivable' || role === 'payable' ? 'Summary' : 'Details',
    currency: role === 'bankEuro' ? 'EUR' : role === 'bank' ? currency : null,
    taxCategory: kind === 'Income' ? 'U25' : kind === 'Expense' ? 'I25' : null,
    cashAccount: role === 'bank' || role === 'bankEuro',
    publicCode1: code.slice(0, 4),
    externalCode1Info: {number: code.slice(0, 2), description: name},
    externalCode2Info: null,
    analisysCodeInfo: {number: `A${code.slice(0, 1)}`, description: kind},
    controlAccountModule: controlled[role] ?? null,
    allowManualEntry: !(role in controlled),
    lastModifiedDateTime: modifiedAt,
  };
}

/** An account as it stands in a document's line. */
export const accountInLine = ({code, name, kind}: Account): Entity => ({
  type: kind,
  externalCode1: code.slice(0, 2),
  externalCode2: '',
  active: true,
  number: code,
  description: name,
});
