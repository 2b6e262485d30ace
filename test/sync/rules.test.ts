import assert from 'node:assert/strict';
import test from 'node:test';
import {Secret} from '../../src/base/secret.ts';
import type {Checkpoint} from '../../src/model/load.ts';
import {companyId, runId, type Stamp, tableName, wholeResource} from '../../src/model/names.ts';
import type {HeldRules} from '../../src/model/ports.ts';
import type {Privacy, PrivacyRule} from '../../src/model/privacy.ts';
import {changesOf, effectiveRules, withoutWindows} from '../../src/sync/rules.ts';
import {invoice} from '../warehouse/resources.ts';

const salt = new Secret('sixteen letters.');
const other = new Secret('sixteen of others');

function privacyOf(rules: Readonly<Record<string, PrivacyRule>>, key: Secret | undefined = salt): Privacy {
  const configured = Object.entries(rules).map(([column, rule]) => ({
    resource: invoice.name,
    table: tableName(column === 'line_amount' ? 'invoice_line' : 'invoice'),
    column: column === 'line_amount' ? 'amount' : column,
    rule,
  }));
  return {rules: configured, ...(key && {salt: key})};
}

const rulesOf = (privacy: Privacy): HeldRules => effectiveRules(invoice, privacy);

/** The columns that are newly protected; undefined where nothing changed. */
function newly(before: HeldRules | undefined, now: Privacy): string[] | undefined {
  const [change] = changesOf([invoice], {privacy: now, held: before ? [before] : []});
  return change?.newly.map(({table, column}) => `${table}.${column}`);
}

test('rules have one fingerprint however they are written, and none where nothing is protected', () => {
  const one = rulesOf(privacyOf({supplier_number: 'hash', line_amount: 'drop'}));
  assert.equal(one.fingerprint, rulesOf(privacyOf({line_amount: 'drop', supplier_number: 'hash'})).fingerprint);
  assert.match(one.fingerprint, /^[0-9a-f]{32}$/);
  assert.equal(rulesOf(privacyOf({supplier_number: 'keep'})).fingerprint, '');
  assert.notEqual(rulesOf(privacyOf({supplier_number: 'drop'})).fingerprint, one.fingerprint);
});

test('the salt is in a fingerprint only where something is hashed, and never readable', () => {
  const rules = {supplier_number: 'hash', line_amount: 'drop'} as const;
  assert.notEqual(rulesOf(privacyOf(rules, other)).fingerprint, rulesOf(privacyOf(rules)).fingerprint);
  assert.equal(
    rulesOf(privacyOf({line_amount: 'drop'}, other)).fingerprint,
    rulesOf(privacyOf({line_amount: 'drop'})).fingerprint,
  );
  assert.doesNotMatch(JSON.stringify(rulesOf(privacyOf(rules))), /sixteen/);
  const {protected: columns} = JSON.parse(rulesOf(privacyOf(rules)).rules) as Record<string, unknown>;
  assert.deepEqual(columns, {'supplier.number': 'hash', 'lines[].amount': 'drop'});
});

test('nothing changed where nothing was and is protected', () => {
  assert.equal(newly(undefined, privacyOf({})), undefined);
  const same = privacyOf({supplier_number: 'hash'});
  assert.equal(newly(rulesOf(same), same), undefined);
});

test('newly protected is what is protected otherwise than before', () => {
  const [none, hash, drop] = [{}, {supplier_number: 'hash'}, {supplier_number: 'drop'}] as const;
  const ends = (before: Privacy | undefined, now: Privacy) => newly(before && rulesOf(before), now);
  const column = ['invoice.supplier_number'];
  assert.deepEqual(ends(undefined, privacyOf(hash)), column);
  assert.deepEqual(ends(privacyOf(none), privacyOf(drop)), column);
  assert.deepEqual(ends(privacyOf(hash), privacyOf(drop)), column);
  assert.deepEqual(ends(privacyOf(hash), privacyOf(hash, other)), column, 'another salt');
  assert.deepEqual(ends(privacyOf(drop), privacyOf(hash)), [], 'what was dropped is gone already');
  assert.deepEqual(ends(privacyOf(hash), privacyOf(none)), [], 'loosened');
  assert.deepEqual(ends(privacyOf(hash), privacyOf({...hash, line_amount: 'drop'})), ['invoice_line.amount']);
});

test('notes that cannot be read count as no protection', () => {
  const privacy = privacyOf({supplier_number: 'drop'});
  for (const rules of ['', '{', '[]', '{"protected":1}']) {
    const held = {resource: invoice.name, fingerprint: 'another', rules};
    assert.deepEqual(newly(held, privacy), ['invoice.supplier_number'], rules);
  }
});

test('a forgotten window begins nowhere, and no pass ends like its tail', () => {
  const checkpoint: Checkpoint = {
    companyId: companyId('se'),
    resource: invoice.name,
    slice: wholeResource,
    sequence: 7,
    runId: runId('r'),
    cursor: {
      watermark: '2026-03-01T06:00:00.000' as Stamp,
      nextSince: '2026-03-01T04:00:00.000' as Stamp,
      tailDigest: 'ab',
      tailRows: 2,
      passSeconds: 1,
      rowsHeld: 40,
    },
  };
  const changes = [{resource: invoice, newly: []}];
  const {nextSince: _, ...cursor} = checkpoint.cursor;
  assert.deepEqual(withoutWindows([checkpoint], changes), [
    {...checkpoint, cursor: {...cursor, tailDigest: '', tailRows: 40}},
  ]);
  assert.deepEqual(withoutWindows([checkpoint], []), [checkpoint]);
});
