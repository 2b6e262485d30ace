import {type Entity, exact} from '../exact.ts';
import {complete} from './filler.ts';
import {dateText, dayMs, momentText, type Party, type Setting} from './setting.ts';

const names = ['Ej projekt', 'Flytt till Ærøskøbing', 'Møterom 2026', 'Öppet API', 'Åretruntbad'];

/** Projects with their tasks, and where suppliers and customers are to be found. */
export function addProjects(setting: Setting): void {
  names.forEach((name, place) => void setting.books.collection('project').add(project(setting, {name, place})));
  for (const party of [...setting.suppliers.slice(0, 8), ...setting.customers.slice(0, 8)]) {
    setting.books.collection('location').add(location(setting, party));
  }
}

function project(setting: Setting, {name, place}: {name: string; place: number}): Entity {
  const id = place === 0 ? 'X' : `P/${100 + place}`;
  return complete('ProjectDto', place, {
    internalID: place,
    projectID: id,
    publicId: `0b1e5a30-0000-4000-8000-00000000000${place}`,
    description: name,
    status: place === 3 ? 'Completed' : 'Active',
    hold: false,
    assets: exact('0.0'),
    liability: exact('0.0'),
    income: exact(`${place * 1000}.5000`),
    expenses: exact(`${place * 1234}.56`),
    startDate: place === 0 ? '0001-01-01T00:00:00' : dateText(setting.firstDayMs + place * 40 * dayMs),
    endDate: place === 0 ? '9999-12-31T00:00:00' : null,
    branch: {number: '1', name: setting.company.name},
    tasks:
      place === 0
        ? []
        : ['Förstudie', 'Gjennomføring'].map((description, at) =>
            complete('TaskDto', place + at, {taskId: String(at + 1).padStart(2, '0'), description}),
          ),
    lastModifiedDateTime: momentText(setting, setting.firstDayMs + place * 90 * dayMs),
    timeStamp: undefined,
  });
}

/** Every supplier and customer has a location of the same name. */
const location = (setting: Setting, {internalId, number, name}: Party): Entity =>
  complete('LocationDto', internalId, {
    baccount: {internalId, number, name},
    locationId: 'MAIN',
    locationName: 'Huvudkontor',
    internalId: internalId * 10,
    active: true,
    lastModifiedDateTime: momentText(setting, setting.firstDayMs + (internalId % 400) * dayMs),
  });
