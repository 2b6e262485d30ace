import {type Entity, exact, type Json} from '../exact.ts';
import {accountInLine} from './chart.ts';
import {complete} from './filler.ts';
import {periods, subaccounts} from './lists.ts';
import {dateText, firstOfMonth, type Setting} from './setting.ts';

/** When these were set up; nobody has touched them since. */
const founded = '2024-10-01T08:00:00.13';

const departments = ['00 Gemensamt', '10 Försäljning', '20 Utveckling', '30 Økonomi & HR'];
const undertakings = ['000 Inget', '010 Ærø møterom', '100 Nätverk', '200 Flytt'];

/** The company's own order: branches, ledgers, departments, dimensions and what is kept of each. */
export function addOrganisation(setting: Setting): void {
  const {books} = setting;
  const records: Readonly<Record<string, readonly Entity[]>> = {
    branch: branches(setting),
    organization: [organisation(setting)],
    ledger: ledgers(setting),
    department: departments.map((name, place) => department(setting, {name, place})),
    dimension: dimensions(setting),
    subaccount: allSubaccounts(),
    currencyrate: currencyRates(setting),
  };
  for (const [collection, all] of Object.entries(records)) {
    for (const record of all) books.collection(collection).add(record);
  }
}

const branches = ({company}: Setting): readonly Entity[] =>
  [company.name, `${company.name}, filial Ærøskøbing`].map((name, place) =>
    complete('BranchDto', place, {
      branchId: 16 + place,
      number: String(place + 1),
      name,
      organizationId: 2,
      isMainBranch: place === 0,
      isActive: true,
      ledger: {id: '1', description: `Huvudbok ${company.name}`},
      currency: {id: company.currency, description: company.currency, symbol: 'kr'},
      lastModifiedDateTime: place === 0 ? founded : '2025-10-26T02:30:00.07',
    }),
  );

const organisation = ({company}: Setting): Entity =>
  complete('ExtendedOrganizationDto', 0, {
    organizationCd: company.companyId,
    name: company.name,
    organizationType: 'WithBranchesNotBalancing',
    baseCurrency: company.currency,
    branches: [
      {number: '1', name: company.name},
      {number: '2', name: `${company.name}, filial Ærøskøbing`},
    ],
    timeStamp: undefined,
    lastModifiedDateTime: founded,
  });

const ledgers = ({company}: Setting): readonly Entity[] =>
  [
    {number: '1', balanceType: 'Actual', description: `Huvudbok ${company.name}`},
    {number: 'BUDGET', balanceType: 'Budget', description: 'Budget 1'},
  ].map((facts, place) =>
    complete('LedgerDto', place, {
      ...facts,
      internalId: 7 + place,
      currencyId: company.currency,
      lastModifiedDateTime: founded,
    }),
  );

const department = ({chart}: Setting, {name, place}: {name: string; place: number}): Entity =>
  complete('DepartmentDto', place, {
    departmentId: name.slice(0, 2),
    description: name.slice(3),
    expenseAccount: accountInLine(chart.salaries),
    lastModifiedDateTime: founded,
    timeStamp: undefined,
  });

/** The subaccounts of the journals first, then what else their segments make. */
function allSubaccounts(): readonly Entity[] {
  const used: readonly Entity[] = subaccounts().map(({metadata: _, ...record}) => ({...record, timeStamp: undefined}));
  const others = departments.flatMap((name, row) =>
    undertakings.slice(1).map((other, column) => ({
      subaccountNumber: `${name.slice(0, 2)}-${other.slice(0, 3)}`,
      subaccountId: 200 + row * 10 + column,
      description: `${name.slice(3)}, ${other.slice(4)}`,
      lastModifiedDateTime: founded,
      active: column !== 2,
      segments: [
        segmentOf({segmentId: 1, segmentDescription: 'Avdelning'}, [name.slice(0, 2), name.slice(3)]),
        segmentOf({segmentId: 2, segmentDescription: 'Projekt'}, [other.slice(0, 3), other.slice(4)]),
      ],
      errorInfo: null,
    })),
  );
  return [...used, ...others];
}

const segmentOf = (segment: Entity, [segmentValue = '', segmentValueDescription = '']: readonly string[]): Entity => ({
  ...segment,
  segmentValue,
  segmentValueDescription,
});

/** Segments have values of their own: one value may stand in two of them. */
function dimensions({nasty}: Setting): readonly Entity[] {
  const segments: readonly (readonly [string, readonly string[]])[] = [
    ['Avdelning', departments],
    ['Projekt', [...undertakings.map(text => text), '00 Samma värde som i avdelning']],
  ];
  const rich = dimensionOf('SUBACCOUNT', segments);
  const poor = ['ACCOUNT', 'CUSTOMER', 'PROJECT', 'SUPPLIER'].map(id => dimensionOf(id, [[`Nummer ${id}`, []]]));
  return [rich, ...poor, ...(nasty ? [dimensionOf('ÅR/MÅNAD 100%', [['Måned', ['01 Januar', '02 Februar']]])] : [])];
}

function dimensionOf(id: string, segments: readonly (readonly [string, readonly string[]])[]): Entity {
  return {
    ...complete('DtoDimension', 0, {id, length: 10, description: `Dimension ${id} på norsk`}),
    segments: segments.map(([description, values], place) =>
      complete('DtoSegment', place, {
        segmentId: place + 1,
        internalId: `0d1e5a30-0000-4000-8000-0000000000${10 + place}`,
        publicId: `0d1e5a30-0000-4000-9000-0000000000${10 + place}`,
        description,
        lastModified: founded,
        segmentValues: values.map((text, at) => segmentValue(text, {segment: place + 1, at})),
      }),
    ),
  };
}

function segmentValue(text: string, {segment, at}: {segment: number; at: number}): Entity {
  const [valueId = '', ...description] = text.split(' ');
  return complete('DtoSegmentValue', at, {
    internalId: `0d1e5a31-0000-4000-8000-000000000${segment}${10 + at}`,
    publicId: `0d1e5a31-0000-4000-9000-000000000${segment}${10 + at}`,
    segmentId: segment,
    valueId,
    description: description.join(' '),
    active: at !== 3,
    lastModified: at === 1 ? '2025-10-26T02:15:00.74' : founded,
  });
}

/** A rate for each month and foreign currency, whole to the last digit. */
function currencyRates({company, firstDayMs}: Setting): readonly Entity[] {
  const rates: Readonly<Record<string, number>> = {EUR: 112_345, USD: 104_120, GBP: 130_517};
  return Object.entries(rates).flatMap(([currency, base], row) =>
    Array.from({length: periods}, (_, place): Entity => {
      const rate: Json = exact(
        `${Math.floor((base + place * 7) / 10_000)}.${String((base + place * 7) % 10_000)}87654321`,
      );
      return complete('CurrencyRateDto', place, {
        id: 500 + row * 100 + place,
        fromCurrencyId: currency,
        toCurrencyId: company.currency,
        rateType: 'SPOT',
        rate,
        rateReciprocal: exact('0.089012345678901234'),
        multDiv: 'Multiply',
        effectiveDate: dateText(firstOfMonth(firstDayMs, place)),
        timeStamp: undefined,
      });
    }),
  );
}
