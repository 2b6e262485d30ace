import {projectHeaders} from '../derived/documents.ts';
import type {Endpoint} from '../endpoint.ts';
import {above, atLeast, atMost, compared, equals, flag} from '../filters.ts';

const unpagedDelta = {
  paging: 'unpaged',
  metadata: false,
  delta: 'with condition',
  stamp: 'lastModifiedDateTime',
} as const;

const pagedDelta = {
  paging: 'records',
  metadata: true,
  delta: 'with condition',
  stamp: 'lastModifiedDateTime',
  rowVersion: 'timeStamp',
} as const;

const branchFlags = {
  expandAddress: ['mainAddress'],
  expandContact: ['mainContact'],
  expandCurrency: ['currency'],
  expandVatZone: ['vatZone'],
  expandLedger: ['ledger'],
  expandIndustryCode: ['industryCode'],
  expandDeliveryAddress: ['deliveryAddress'],
  expandDeliveryContact: ['deliveryContact'],
  expandDefaultCountry: ['defaultCountry'],
  expandBankSettings: ['bankSettings'],
} as const;

const organisationFlags = {expandBranches: ['branches'], expandBankSettings: ['bankSettings']} as const;

const projectFilters = {
  status: equals('status'),
  publicId: equals('publicId'),
  onHold: flag('hold'),
  startDate: equals('startDate'),
} as const;

/** Who and where the company is, and what it keeps in order. */
export const organisation: readonly Endpoint[] = [
  {
    path: '/v1/currency',
    collection: 'currency',
    paging: 'unpaged',
    metadata: false,
    delta: 'none',
    key: ['id'],
    details: [{path: '/v1/currency/{id}'}],
  },
  {
    path: '/v1/creditTerm',
    collection: 'creditTerm',
    paging: 'envelope',
    metadata: false,
    delta: 'with condition',
    key: ['termsId'],
    stamp: 'lastModifiedDateTime',
    created: 'createdDateTime',
    filters: {termsId: equals('termsId'), createdDateTime: compared('createdDateTime')},
  },
  {
    path: '/v2/currencyrate',
    collection: 'currencyrate',
    paging: 'unpaged',
    metadata: false,
    delta: 'none',
    key: ['id'],
    rowVersion: 'timeStamp',
    filters: {
      fromDate: atLeast('effectiveDate'),
      toDate: atMost('effectiveDate'),
      fromCurrency: equals('fromCurrencyId'),
      toCurrency: equals('toCurrencyId'),
      rateType: equals('rateType'),
    },
  },
  {
    ...unpagedDelta,
    path: '/v1/branch',
    collection: 'branch',
    key: ['number'],
    expands: branchFlags,
    filters: {greaterThanValue: above('number')},
    details: [{path: '/v1/branch/{number}', flags: Object.keys(branchFlags)}],
  },
  {
    ...unpagedDelta,
    path: '/v1/organization',
    collection: 'organization',
    key: ['organizationCd'],
    rowVersion: 'timeStamp',
    expands: organisationFlags,
    filters: {greaterThanValue: above('organizationCd')},
    details: [{path: '/v1/organization/{organizationCd}', flags: Object.keys(organisationFlags)}],
  },
  {
    ...unpagedDelta,
    path: '/v1/department',
    collection: 'department',
    key: ['departmentId'],
    rowVersion: 'timeStamp',
    filters: {greaterThanValue: above('departmentId')},
    details: [{path: '/v1/department/{departmentId}'}],
  },
  {
    ...pagedDelta,
    path: '/v1/employee',
    collection: 'employee',
    key: ['employeeNumber'],
    filters: {greaterThanValue: above('employeeNumber')},
    details: [{path: '/v1/employee/{employeeNumber}'}],
  },
  {
    ...unpagedDelta,
    path: '/v1/vat',
    collection: 'vat',
    key: ['vatId'],
    details: [{path: '/v1/vat/{vatId}'}],
  },
  {
    ...unpagedDelta,
    path: '/v1/vatCategory',
    collection: 'vatCategory',
    key: ['vatCategoryId'],
    filters: {greaterThanValue: above('vatCategoryId')},
    details: [{path: '/v1/vatCategory/{vatCategoryId}'}],
  },
  {
    ...pagedDelta,
    path: '/v1/project',
    collection: 'project',
    key: ['projectID'],
    expands: {expandAttribute: ['attributes']},
    filters: {...projectFilters, branch: equals('branch.number')},
    details: [{path: '/v1/project/{projectID}'}, {path: '/v1/project/internal/{internalID}'}],
  },
  {
    ...pagedDelta,
    path: '/v1/projectbasic',
    collection: 'projectbasic',
    key: ['projectID'],
    filters: {...projectFilters, projectId: equals('projectID'), description: equals('description')},
    derived: projectHeaders,
  },
  {
    paging: 'records',
    metadata: true,
    delta: 'with condition',
    path: '/v1/location',
    collection: 'location',
    key: ['baccount.number', 'locationId'],
    stamp: 'lastModifiedDateTime',
    filters: {
      locationId: equals('locationId'),
      gln: equals('gln'),
      createdDateTime: compared('createdDateTime'),
    },
    details: [{path: '/v1/location/{baccount.number}/{locationId}'}],
  },
];
