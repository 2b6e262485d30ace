import type {Field} from 'apache-arrow';
import {personal, text, whole} from './columns.ts';
import {address, contact, described, named} from './shapes.ts';

/**
 * Objects that say something of a person, and the bank accounts of a company. Their texts are personal: not the keys
 * that other tables refer to, nor the ids and classes that say nothing by themselves.
 */
type PersonalShape = (path: string, what: string) => readonly Field[];

/** An employee or user as documents refer to one. */
export const person: PersonalShape = (path, what) => [
  personal(text(`${path}.internalId`, `${what}: id in the database`)),
  text(`${path}.number`, `${what}: number`),
  personal(text(`${path}.name`, `${what}: name`)),
];

/** An employee's record as it stands inside others. */
export const employee: PersonalShape = (path, what) => employeeColumns(what, property => `${path}.${property}`);

/** An employee's record: what it is, and where its properties lie. */
export const employeeColumns = (what: string, at: (property: string) => string): readonly Field[] => [
  personal(text(at('employeeUserId'), `${what}: id of the user linked to the employee`)),
  whole(at('employeeId'), `${what}: id in the database`),
  text(at('employeeNumber'), `${what}: number`),
  personal(text(at('employeeName'), `${what}: name`)),
  text(at('status'), `${what}: Active, OnHold, HoldPayments, Inactive or OneTime`),
  text(at('department'), `${what}: department`),
  ...textsPersonal([
    ...contact(at('contact'), `${what}, contact`),
    text(at('contact.employeeContact'), `${what}, contact: link to the contact record`),
    text(at('contact.title'), `${what}, contact: courtesy title`),
    text(at('contact.firstName'), `${what}, contact: first name`),
    text(at('contact.midName'), `${what}, contact: middle name`),
    text(at('contact.lastName'), `${what}, contact: last name`),
    text(at('contact.phone3'), `${what}, contact: third phone number`),
    ...address(at('address'), `${what}, address`),
  ]),
  ...described(at('employeeClass'), `${what}, class`),
  ...named(at('branch'), `${what}, branch`),
  text(at('calendarID'), `${what}: work calendar`),
  personal(text(at('employeeLogin'), `${what}: login`)),
  text(at('timeStamp'), `${what}: row version`),
  text(at('errorInfo'), `${what}: error information`),
];

/** The bank account that a company pays from and is paid to. */
export const bankSettings: PersonalShape = (path, what) => [
  text(`${path}.bankName`, `${what}: name of the bank`),
  text(`${path}.bankAddress1`, `${what}: first line of the bank's address`),
  text(`${path}.bankAddress2`, `${what}: second line of the bank's address`),
  text(`${path}.bankAddress3`, `${what}: third line of the bank's address`),
  text(`${path}.bankCountry`, `${what}: country of the bank`),
  personal(text(`${path}.iban`, `${what}: IBAN`)),
  personal(text(`${path}.bban`, `${what}: BBAN`)),
  personal(text(`${path}.bbaN2`, `${what}: second BBAN`)),
  personal(text(`${path}.bbaN3`, `${what}: third BBAN`)),
  personal(text(`${path}.bic`, `${what}: BIC`)),
  text(`${path}.creditorId`, `${what}: creditor id`),
];

const textsPersonal = (fields: readonly Field[]): readonly Field[] =>
  fields.map(field =>
    field.type.toString() === 'Utf8' && !field.name.endsWith('error_info') ? personal(field) : field,
  );
