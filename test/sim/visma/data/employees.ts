import type {Entity} from '../exact.ts';
import {complete} from './filler.ts';
import {dayMs, momentText, type Setting} from './setting.ts';

const people = [
  ...['Åsa Öberg', 'Bjørn Ødegård', 'Søren Kjær', 'Märta Lindström', 'Þórunn Jónsdóttir', 'Jürgen Groß'],
  ...["Seán O'Neill", 'Zoë Van den Bergh', 'Aino Mäkelä', 'Łukasz Żak', 'Élodie Noël', 'Ana-Maria Ilić'],
];

/** Their numbers begin with zeros. */
export const employeeNumbers = (_setting: Setting): readonly string[] =>
  people.map((_, place) => String(place + 1).padStart(5, '0'));

export function addEmployees(setting: Setting): void {
  const numbers = employeeNumbers(setting);
  people.forEach((name, place) => {
    const [firstName = '', ...rest] = name.split(' ');
    const whole = complete('EmployeeDto', place, {
      employeeId: 3000 + place,
      employeeNumber: numbers[place],
      employeeName: name,
      status: place === 7 ? 'Inactive' : 'Active',
      department: '10',
      branch: {number: '1', name: setting.company.name},
      employeeLogin: `${firstName.toLowerCase()}@example.com`,
      workGroupDescription: place % 3 === 0 ? ['Ekonomi', 'Økonomi'] : [],
      lastModifiedDateTime:
        place % 5 === 4 ? '2025-10-26T02:30:00.13' : momentText(setting, setting.firstDayMs + place * 30 * dayMs),
      timeStamp: undefined,
    });
    setting.books.collection('employee').add({...whole, ...personal({firstName, lastName: rest.join(' ')}, whole)});
  });
}

/** The person behind the number. */
function personal({firstName, lastName}: {firstName: string; lastName: string}, whole: Entity): Entity {
  const contact = complete('contactInEmployeeDto', 0, (whole['contact'] ?? {}) as Entity);
  return {contact: {...contact, firstName, lastName, name: `${firstName} ${lastName}`}};
}
