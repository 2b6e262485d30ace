import assert from 'node:assert/strict';
import test from 'node:test';
import {flag, text, whole} from '../../src/catalogue/columns.ts';
import {pagedDelta, resource} from '../../src/catalogue/entry.ts';
import {address, contact, party, vatZone} from '../../src/catalogue/shapes.ts';
import {tablesOf} from '../../src/model/resource.ts';
import {rawSchema, stagingSchema} from '../../src/model/table.ts';
import {arraysOf, kept, parametersOf, recordSchema, scalars} from './openapi.ts';

/** A list that nobody asked for. Keeping it is this entry, and a line for it in the catalogue's order of work. */
const location = resource('location', {
  comment: 'Locations of customers and suppliers',
  endpoint: '/v1/location',
  reading: pagedDelta,
  key: ['baccount.internalId', 'locationId'],
  stamp: 'lastModifiedDateTime',
  internalId: 'internalId',
  groups: ['organisation'],
  columns: [
    ...party('baccount', 'Customer or supplier'),
    text('locationId', 'Code of the location'),
    text('locationName', 'Name of the location'),
    flag('active', 'Whether the location is active'),
    ...address('address', 'Address'),
    ...contact('contact', 'Contact'),
    text('vatRegistrationId', 'VAT registration id'),
    ...vatZone('vatZone', 'VAT zone'),
    text('ediCode', 'EDI code'),
    text('gln', 'Global Location Number'),
    text('corporateId', 'Corporate id'),
    text('peppolScheme.endpoint', 'Peppol: scheme of the electronic address'),
    text('peppolScheme.partyIdentification', 'Peppol: scheme of the identification'),
    text('peppolScheme.partyLegal', 'Peppol: scheme of the legal registration'),
    whole('internalId', 'Id in the database'),
    text('errorInfo', 'Error information on the record'),
  ],
});

test('a resource that nobody asked for is one entry: its table holds all that Visma describes', () => {
  const described = scalars(recordSchema(location)).filter(scalar => !scalar.startsWith('lastModifiedDateTime:'));
  assert.deepEqual(kept(location.table).sort(), described.sort());
  assert.deepEqual([...arraysOf(location).keys()], []);
  assert.ok(parametersOf(location).includes('lastModifiedDateTimeCondition'));
});

test('of one entry come the tables with their keys, their history and their staging', () => {
  assert.deepEqual(
    tablesOf(location).map(table => table.name),
    ['location'],
  );
  const raw = rawSchema(location.table).fields.map(field => field.name);
  assert.deepEqual(raw.slice(0, 5), [
    'company_id',
    'record_id',
    'last_modified_date_time',
    'baccount_internal_id',
    'baccount_number',
  ]);
  assert.deepEqual(raw.slice(-5), ['_load_id', '_ingested_at', '_commit', '_first_seen_at', '_deleted_at']);
  const staged = stagingSchema(location.table).fields.map(field => field.name);
  assert.deepEqual(staged.slice(-3), ['_load_id', '_place', '_absent']);
  assert.equal(new Set(raw).size, raw.length);
});
