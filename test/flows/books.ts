import {resources} from '../../src/catalogue/catalogue.ts';
import type {Entity, VismaSim} from '../sim/visma/visma.ts';
import {slicesOf} from './slices.ts';
import type {Books} from './truth.ts';

/** A company's books in the simulator, by the list's path: each slice of a list as it has to be asked for. */
export function booksOf(visma: VismaSim, company: string, companyId = company): Books {
  const read = (list: string, of: 'listed' | 'gone'): readonly Entity[] => {
    const resource = resources.find(({endpoint}) => endpoint === list);
    return slicesOf(visma, company, resource?.slicing).flatMap(slice =>
      visma[of](company, list, {...resource?.query, ...slice}).map(record =>
        Object.keys(slice).length === 0 ? record : {...record, asked: slice},
      ),
    );
  };
  return {company: companyId, records: list => read(list, 'listed'), deleted: list => read(list, 'gone')};
}
