import type {Slicing} from '../../src/model/resource.ts';
import {type Entity, isExact, type Json} from '../sim/visma/exact.ts';
import type {VismaSim} from '../sim/visma/visma.ts';

type Parameters = Readonly<Record<string, string>>;

const text = (value: Json | undefined): string =>
  isExact(value) ? value.rawJSON : value === undefined || value === null ? '' : String(value);

/** What a list has to be told each time that it is read, by the simulator's own ledgers, branches and periods. */
export function slicesOf(visma: VismaSim, company: string, slicing: Slicing | undefined): readonly Parameters[] {
  const ledgers = visma.listed(company, '/v1/ledger');
  const nameOf = (ledger: Entity): string => text(ledger[visma.behaviour.ledgerNamedBy]);
  switch (slicing) {
    case undefined:
      return [{}];
    case 'ledger':
      return ledgers.map(ledger => ({ledger: nameOf(ledger)}));
    case 'budget':
      return visma.listed(company, '/v1/branch').flatMap(branch =>
        ledgers
          .filter(({balanceType}) => balanceType === 'Budget')
          .flatMap(ledger =>
            yearsOf(visma, company).map(([year]) => ({
              branch: text(branch['number']),
              ledger: nameOf(ledger),
              financialYear: year,
            })),
          ),
      );
    case 'financial year':
      return yearsOf(visma, company).map(([, fromFinPeriod, toFinPeriod]) => ({fromFinPeriod, toFinPeriod}));
  }
}

/** Each year with its periods 01 to 12 at least, whether they are there yet or not. */
function yearsOf(visma: VismaSim, company: string): ReadonlyArray<readonly [string, string, string]> {
  const years = new Map<string, readonly [string, string, string]>();
  for (const record of visma.listed(company, '/v1/financialPeriod')) {
    const year = text(record['year']);
    const period = `${year}${text(record['period'])}`;
    const [, first = `${year}01`, last = `${year}12`] = years.get(year) ?? [];
    years.set(year, [year, first, period > last ? period : last]);
  }
  return [...years.values()];
}
