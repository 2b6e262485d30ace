import assert from 'node:assert/strict';
import test from 'node:test';
import {certificatePage, type Recorded} from '../../src/certificate/certificate.ts';
import type {Certificate, FoundCertificate} from '../../src/model/certificate.ts';
import {certificateOf, differing} from './sample.ts';

const sha256 = 'cd'.repeat(32);
const pageOf = (certificate: Certificate, {altered = false, recorded = {sha256}}: Told = {}): string => {
  const found: FoundCertificate = {path: '/Volumes/main/x.json', sha256, certificate, altered, misnamed: false};
  return certificatePage(found, recorded);
};

interface Told {
  readonly altered?: boolean;
  readonly recorded?: Recorded;
}

/** What a person reads: tags gone, entities resolved as far as the sample has any, spaces one. */
const words = (page: string): string =>
  page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/[ \n\u2007]+/g, ' ');

test('a page says what the certificate says: who, when, with what, how many, and how it stands', () => {
  const text = words(pageOf(certificateOf()));
  assert.match(text, /Proven 2 periods of 1 company agree with Visma's own balances in 81 accounts/);
  for (const said of [
    ...[
      '20260401t060000-a1',
      '2026-04-01 06:00:00 UTC to 2026-04-01 06:01:00 UTC',
      'done, exit code 0',
      'ab'.repeat(32),
    ],
    ...['12 requests to Visma, 34 statements', 'debit = credit', '1\u00a0000.10', 'a note', 'supplier 5 1 2 2 0'],
    ...[
      'se supplier landed 2026-03-01 00:00:00.000 2 7 7 5 1 1 0',
      'se balance 0 2',
      '2026-03 2026-04-01 06:00:30 UTC',
    ],
    '12\u00a0345\u00a0678\u00a0901\u00a0234\u00a0567\u00a0890.123 \u22120.50',
    '202603'.replace(/(\d\d)$/, '-$1'),
  ])
    assert.ok(text.includes(said), said);
});

test('a period that differs, is due, or an unbalanced company is the first thing that a page says', () => {
  const text = words(pageOf(differing()));
  assert.match(text, /Differs 1 account in 1 period differ from Visma's own balances. The run ended as failed/);
  assert.match(text, /se 2026-03 1 1 3001 7 0.00 12.50 100.00 100.25/);
  const {ledger} = certificateOf();
  assert.ok(ledger);
  const due = ledger.periods.map(each => ({...each, state: 'due' as const}));
  assert.match(words(pageOf(certificateOf({ledger: {...ledger, periods: due}}))), / Due 2 periods changed /);
  const sums = [{companyId: 'se', lines: 2, debit: '10.0000000000', credit: '9.9900000001'}];
  const unbalanced = words(pageOf(certificateOf({ledger: {...ledger, sums}})));
  assert.match(unbalanced, / Unbalanced .*apart by 0\.0099999999/);
  const {ledger: _, ...without} = certificateOf();
  assert.match(words(pageOf(without)), / Complete 1\u00a0254 live rows are held. No ledger is proved. /);
});

test('what was altered or replaced, or has no digest in control.run, is said before all else', () => {
  const alarms = (page: string): number => page.match(/role="alert"/g)?.length ?? 0;
  const altered = pageOf(certificateOf(), {altered: true});
  assert.equal(alarms(altered), 1);
  assert.match(words(altered), /This certificate was altered: its content has another digest than it bears/);
  const replaced = pageOf(certificateOf(), {recorded: {sha256: 'ee'.repeat(32)}});
  assert.equal(alarms(replaced), 1);
  assert.match(words(replaced), /This certificate was replaced: control.run has another digest/);
  for (const recorded of ['none', 'unknown'] as const) {
    const page = pageOf(certificateOf(), {recorded});
    assert.equal(alarms(page), 1, recorded);
    assert.doesNotMatch(words(page), /has the same/);
  }
});

test('a page shows periods that are unproven with the reason, and what was measured of a company', () => {
  const {ledger} = certificateOf();
  assert.ok(ledger);
  const periods = ledger.periods.map(each => ({...each, state: 'unproven' as const, reason: '3 lines are missing'}));
  const facts = [{companyId: 'se', fact: 'net_income_account', answer: '2069', evidence: 'in 18 periods'}];
  const page = words(pageOf(certificateOf({ledger: {...ledger, periods, facts}})));
  assert.match(page, / Unproven 2 periods can not be proven: 3 lines are missing\. /);
  assert.match(page, /net income account 2069 in 18 periods/);
});

test('a page needs nothing beside itself and may do nothing', () => {
  const page = pageOf(certificateOf());
  assert.doesNotMatch(page, /<(?:script|link|img|iframe|object|form|base)\b|\bon\w+=|@import|url\(/i);
  assert.doesNotMatch(page.replace(/<code>[^<]*<\/code>/g, ''), /https?:/);
  assert.match(page, /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;/);
});

test('no text is taken for markup, nor turns the text around it', () => {
  const hostile = `</title></style><script>alert("1")</script><img src=x onerror='x'>&amp;\u202e\u0000\ud800 ends`;
  const spoil = (value: unknown): unknown => {
    if (typeof value === 'string') return /^-?\d|^[a-f0-9]{64}$/.test(value) ? value : hostile;
    if (Array.isArray(value)) return value.map(spoil);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, name === 'state' ? each : spoil(each)]),
    );
  };
  const page = pageOf(spoil(differing()) as Certificate);
  assert.doesNotMatch(page, /<script|<img|onerror='/);
  assert.doesNotMatch(page, /\p{Bidi_C}|\p{Surrogate}|(?!\n)\p{Cc}/u);
  assert.equal(page.match(/<title>Certificate/g)?.length, 1);
  assert.ok(page.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'), 'what stands there is shown as it is');
  assert.ok(page.includes('&amp;amp;'));
  for (const tag of ['table', 'details', 'svg', 'figure', 'section', 'ul', 'dl', 'p', 'g', 'text'])
    assert.equal(
      page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length,
      page.match(new RegExp(`</${tag}>`, 'g'))?.length,
      tag,
    );
});
