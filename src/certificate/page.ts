import type {Certificate, FoundCertificate} from '../model/certificate.ts';
import {balanceChart, rowsChart} from './charts.ts';
import {counted, countText, instantText, sum} from './figures.ts';
import {integrityOf, openFindings, type Recorded, verdictOf} from './findings.ts';
import {proofGrid} from './grid.ts';
import {asIs, html, type Markup} from './markup.ts';
import {style} from './style.ts';
import {listings} from './tables.ts';

/** What a browser may do with the page: show it, with the style in it, and nothing else. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The certificate as one HTML page that needs nothing beside it; what `recorded` is told by control.run. */
export function certificatePage(found: FoundCertificate, recorded: Recorded): string {
  const {certificate} = found;
  const integrity = integrityOf(found, recorded);
  const verdict = verdictOf(certificate);
  const alarm = integrity.holds ? undefined : html`<p class="alarm" role="alert">${integrity.words}</p>\n`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Certificate of ${certificate.run}</title>
<style>${asIs(style)}</style>
</head>
<body>
<main>
<h1>Certificate of a ${certificate.command} from Visma.net ERP into ${certificate.catalog}.${certificate.schema}</h1>
${alarm}<section class="verdict ${verdict.tone}"><strong>${verdict.word}</strong><p>${verdict.sentence}</p></section>
${tiles(certificate)}
${facts(found, integrity.words)}
${ledgerPart(certificate)}
<h2>Tables</h2>
${rowsChart(certificate)}
${told(certificate)}
<h2>In full</h2>
${listings(certificate)}
<footer>
<p>Made of <code>${found.path}</code>. The SHA-256 is that of its <code>content</code>, written as JSON without spaces.
<code>SELECT report FROM ${certificate.schema}_control.run WHERE run_id = '${certificate.run}'</code> has it under
<code>certificate.sha256</code>. A run that finds nothing new leaves no certificate: the last one stands for it.</p>
</footer>
</main>
</body>
</html>
`.markup;
}

function tiles(certificate: Certificate): Markup {
  const {companies, passes, held, ledger} = certificate;
  const rows: ReadonlyArray<readonly [string, number]> = [
    ['companies', companies.length],
    ['records read', sum(passes.map(({read}) => read))],
    ['live rows', sum(held.map(({live}) => live))],
    ['rows written', sum(held.map(({written}) => written))],
    ...(ledger
      ? ([
          ['posted lines', sum(ledger.sums.map(({lines}) => lines))],
          ['periods proven', ledger.periods.filter(({state}) => state === 'proven').length],
          ['periods that differ', ledger.periods.filter(({state}) => state === 'differs').length],
          ['periods unproven', ledger.periods.filter(({state}) => state === 'unproven').length],
          ['open findings', openFindings(certificate)],
        ] as const)
      : []),
  ];
  const written = rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${countText(value)}</dd></div>`);
  return html`<dl class="tiles">${written}</dl>`;
}

function facts({certificate, sha256}: FoundCertificate, integrity: string): Markup {
  const {run, version, configuration, startedAt, endedAt, exitCode, outcome, calls, statements, ledger} = certificate;
  const rows: ReadonlyArray<readonly [string, Markup]> = [
    ['Run', html`<code>${run}</code>`],
    ['Time', html`${instantText(startedAt)} to ${instantText(endedAt)}`],
    ['End', html`${outcome}, exit code ${exitCode}`],
    ['Program', html`visma-databricks ${version}`],
    ['Configuration', html`<code>${configuration}</code>`],
    ...(ledger ? ([['Mapping', html`<code>${ledger.fingerprint}</code>`]] as const) : []),
    ['Work', html`${counted(calls, 'request')} to Visma, ${counted(statements, 'statement')} to the warehouse`],
    ['SHA-256', html`<code>${sha256}</code>`],
    ['Integrity', html`${integrity}`],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

const ledgerPart = (certificate: Certificate): Markup =>
  certificate.ledger
    ? html`<h2>The proof</h2>
${proofGrid(certificate)}
<h2>The general ledger</h2>
${balanceChart(certificate)}`
    : html``;

function told({problems, notes}: Certificate): Markup {
  if (problems.length + notes.length === 0) return html``;
  return html`<h2>What the run said</h2>
<ul class="told">
${problems.map(({kind, message}) => html`<li class="bad">${kind}: ${message}</li>\n`)}
${notes.map(note => html`<li>${note}</li>\n`)}
</ul>`;
}
