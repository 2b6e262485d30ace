import type {Field} from 'apache-arrow';
import {amount, flag, rate, text, time, whole} from './columns.ts';

/**
 * Objects that stand inside many records in the same form. Each builder takes the object's path and what it is, and
 * gives its columns. An object's `metadata` is paging information and no column; arrays inside objects stay in
 * `_record`.
 */
type Shape = (path: string, what: string) => readonly Field[];

export const described: Shape = (path, what) => [
  text(`${path}.id`, `${what}: id`),
  text(`${path}.description`, `${what}: description`),
];

export const numbered: Shape = (path, what) => [
  text(`${path}.number`, `${what}: number`),
  text(`${path}.description`, `${what}: description`),
];

export const named: Shape = (path, what) => [
  text(`${path}.number`, `${what}: number`),
  text(`${path}.name`, `${what}: name`),
];

export const identified: Shape = (path, what) => [
  text(`${path}.id`, `${what}: id`),
  text(`${path}.name`, `${what}: name`),
];

export const address: Shape = (path, what) => [
  whole(`${path}.addressId`, `${what}: id in the database`),
  text(`${path}.addressLine1`, `${what}: first line`),
  text(`${path}.addressLine2`, `${what}: second line`),
  text(`${path}.addressLine3`, `${what}: third line`),
  text(`${path}.postalCode`, `${what}: postcode`),
  text(`${path}.city`, `${what}: city`),
  text(`${path}.country.id`, `${what}: country, two letters as in ISO 3166`),
  text(`${path}.country.name`, `${what}: name of the country`),
  text(`${path}.country.errorInfo`, `${what}: error information on the country`),
  ...identified(`${path}.county`, `${what}, county`),
];

export const contact: Shape = (path, what) => [
  whole(`${path}.contactId`, `${what}: id in the database`),
  text(`${path}.name`, `${what}: legal name as on documents`),
  text(`${path}.attention`, `${what}: attention line of business letters`),
  text(`${path}.email`, `${what}: email address`),
  text(`${path}.web`, `${what}: website`),
  text(`${path}.phone1`, `${what}: default phone number`),
  text(`${path}.phone2`, `${what}: additional phone number`),
  text(`${path}.fax`, `${what}: fax number`),
];

export const location: Shape = (path, what) => [
  text(`${path}.countryId`, `${what}: country`),
  ...identified(path, what),
];

export const vatZone: Shape = (path, what) => [
  ...described(path, what),
  text(`${path}.defaultVatCategory`, `${what}: default VAT category`),
  ...numbered(`${path}.defaultTaxCategory`, `${what}, default tax category`),
  text(`${path}.errorInfo`, `${what}: error information`),
];

/** An account as masters refer to it. */
export const accountReference: Shape = (path, what) => [text(`${path}.type`, `${what}: type`), ...numbered(path, what)];

/** An account as documents refer to it. */
export const account: Shape = (path, what) => [
  text(`${path}.type`, `${what}: Asset, Liability, Income or Expense`),
  text(`${path}.externalCode1`, `${what}: external code 1`),
  text(`${path}.externalCode2`, `${what}: external code 2`),
  flag(`${path}.active`, `${what}: whether it is active`),
  ...numbered(path, what),
];

export const subaccountReference: Shape = (path, what) => [
  flag(`${path}.active`, `${what}: whether it is active`),
  ...described(path, what),
];

export const subaccount: Shape = (path, what) => [
  text(`${path}.subaccountNumber`, `${what}: number`),
  whole(`${path}.subaccountId`, `${what}: id in the database`),
  text(`${path}.description`, `${what}: description`),
  time(`${path}.lastModifiedDateTime`, `${what}: when it was last modified`),
  flag(`${path}.active`, `${what}: whether it is active`),
  text(`${path}.timeStamp`, `${what}: row version`),
  text(`${path}.errorInfo`, `${what}: error information`),
];

export const project: Shape = (path, what) => [
  whole(`${path}.internalId`, `${what}: id in the database`),
  ...described(path, what),
];

/** What most records end with. */
export const versionAndError: readonly Field[] = [
  text('timeStamp', "Visma's row version, the ETag of the record"),
  text('errorInfo', 'Error information on the record'),
];

export const attachmentColumns: readonly Field[] = [
  text('name', 'File name of the attachment'),
  text('id', 'Id of the attachment'),
  whole('revision', 'Version of the attachment'),
];

export const attributeColumns: readonly Field[] = [
  text('id', 'Id of the attribute'),
  text('value', 'Value of the attribute'),
  text('description', 'Description of the attribute'),
];

export const taxDetailColumns: readonly Field[] = [
  text('taxId', 'VAT applied to the document'),
  whole('recordId', 'Id of the tax detail in the database'),
  ...numbered('vatId', 'VAT applied to the document'),
  rate('vatRate', 'Rate of the VAT, in percent'),
  amount('taxableAmount', 'Taxable amount for this VAT, calculated at the document level'),
  amount('vatAmount', 'Amount of this VAT, calculated at the document level'),
];
