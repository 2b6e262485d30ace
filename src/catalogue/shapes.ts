import type {Field} from 'apache-arrow';
import {amount, asked, flag, rate, text, time, whole} from './columns.ts';

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

/** As `identified`, where the id is a whole number. */
export const identifiedByNumber: Shape = (path, what) => [
  whole(`${path}.id`, `${what}: id`),
  text(`${path}.name`, `${what}: name`),
];

/** A supplier, a customer or a place of delivery, with the id that stays when its number is changed. */
export const party: Shape = (path, what) => [
  whole(`${path}.internalId`, `${what}: id in the database`),
  ...named(path, what),
];

export const country: Shape = (path, what) => [
  text(`${path}.id`, `${what}: two letters as in ISO 3166`),
  text(`${path}.name`, `${what}: name`),
  text(`${path}.errorInfo`, `${what}: error information`),
];

export const address: Shape = (path, what) => [
  whole(`${path}.addressId`, `${what}: id in the database`),
  text(`${path}.addressLine1`, `${what}: first line`),
  text(`${path}.addressLine2`, `${what}: second line`),
  text(`${path}.addressLine3`, `${what}: third line`),
  text(`${path}.postalCode`, `${what}: postcode`),
  text(`${path}.city`, `${what}: city`),
  ...country(`${path}.country`, `${what}, country`),
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

export const currency: Shape = (path, what) => [
  ...described(path, what),
  text(`${path}.symbol`, `${what}: symbol`),
  flag(`${path}.isBaseCurrency`, `${what}: whether it is the company's base currency`),
  whole(`${path}.decimalPrecision`, `${what}: number of decimals`),
  flag(`${path}.isUsedForAccounting`, `${what}: whether it is used for accounting`),
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

/** An account as the general ledger's own lists refer to it. */
export const ledgerAccount: Shape = (path, what) => [
  text(`${path}.type`, `${what}: Asset, Liability, Income or Expense`),
  text(`${path}.externalCode1`, `${what}: deprecated by Visma, see external_code1_info`),
  text(`${path}.externalCode2`, `${what}: deprecated by Visma, see external_code2_info`),
  ...numbered(`${path}.externalCode1Info`, `${what}, external code 1`),
  ...numbered(`${path}.externalCode2Info`, `${what}, external code 2`),
  text(`${path}.glConsolAccountCD`, `${what}: consolidation account`),
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

/** In which workspaces a project or a task of it may be chosen. */
export const visibility: Shape = (path, what) => [
  flag(`${path}.visibleInGl`, `${what}: in the general ledger`),
  flag(`${path}.visibleInAp`, `${what}: in the supplier ledger`),
  flag(`${path}.visibleInAr`, `${what}: in the customer ledger`),
  flag(`${path}.visibleInSo`, `${what}: in sales`),
  flag(`${path}.visibleInPo`, `${what}: in purchases`),
  flag(`${path}.visibleInEa`, `${what}: in expenses`),
  flag(`${path}.visibleInTa`, `${what}: in time entries`),
  flag(`${path}.visibleInIn`, `${what}: in inventory`),
  flag(`${path}.visibleInCa`, `${what}: in cash management`),
  flag(`${path}.visibleInCr`, `${what}: in CRM`),
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

/** The financial year that a list was asked for. */
export const yearColumns: readonly Field[] = [
  asked('fromFinPeriod', 'First financial period of the year, YYYYPP'),
  asked('toFinPeriod', 'Last financial period that is counted, YYYYPP'),
];

/** Columns that each company may use as it likes. */
export const customColumns: readonly Field[] = [
  text('customStr1', 'Custom text 1'),
  text('customStr2', 'Custom text 2'),
  text('customStr3', 'Custom text 3'),
  text('customStr4', 'Custom text 4'),
  text('customStr5', 'Custom text 5'),
  amount('customDec1', 'Custom decimal 1'),
  amount('customDec2', 'Custom decimal 2'),
  whole('customInt1', 'Custom whole number 1'),
  whole('customInt2', 'Custom whole number 2'),
  time('customDateTimeUTC1', 'Custom time, said to be in UTC'),
];
