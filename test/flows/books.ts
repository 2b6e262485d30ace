import {resources} from '../../src/catalogue/catalogue.ts';
import type {Entity} from '../sim/visma/exact.ts';
import type {VismaSim} from '../sim/visma/visma.ts';
import {slicesOf} from './slices.ts';
import type {Books} from './truth.ts';

/** A company's records as the simulator lists them now, under the id that the configuration gives it. */
export function booksOf(visma: VismaSim, company: string, configuredId = company): Books {
  const read = (list: string, of: 'listed' | 'gone'): readonly Entity[] => {
    const resource = resources.find(({endpoint}) => endpoint === list);
    return slicesOf(visma, company, resource?.slicing).flatMap(slice =>
      visma[of](company, list, {...resource?.query, ...slice}).map(record =>
        Object.keys(slice).length === 0 ? record : {...record, asked: slice},
      ),
    );
  };
  return {company: configuredId, records: list => read(list, 'listed'), deleted: list => read(list, 'gone')};
}
