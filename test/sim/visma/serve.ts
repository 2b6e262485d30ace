import {parseArgs} from 'node:util';
import type {Behaviour} from './behaviour.ts';
import {startVisma, type VismaOptions} from './visma.ts';

/** Runs the simulator as a process of its own; prints where it is as one line of JSON, stops on SIGTERM. */
const {values} = parseArgs({
  options: {
    port: {type: 'string', default: '0'},
    seed: {type: 'string', default: '1'},
    size: {type: 'string', default: 'demo'},
    invoices: {type: 'string'},
    'journal-lines': {type: 'string'},
    companies: {type: 'string'},
    now: {type: 'string'},
    clock: {type: 'string', default: 'frozen'},
    zone: {type: 'string', default: 'oslo'},
    nasty: {type: 'boolean'},
    behaviour: {type: 'string', default: '{}'},
  },
});

const sim = await startVisma({
  port: Number(values.port),
  seed: Number(values.seed),
  size: sizeOf(),
  clock: values.clock === 'running' ? 'running' : 'frozen',
  zone: values.zone === 'utc' ? 'utc' : 'oslo',
  behaviour: JSON.parse(values.behaviour) as Partial<Behaviour>,
  ...(values.now === undefined ? {} : {now: values.now}),
  ...(values.nasty === undefined ? {} : {nasty: values.nasty}),
  ...(values.companies === undefined ? {} : {companies: values.companies.split(',')}),
});

const {apiUrl, tokenUrl, controlUrl, port, clientId, clientSecret, companies} = sim;
console.log(JSON.stringify({apiUrl, tokenUrl, controlUrl, port, clientId, clientSecret, companies}));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sim.close());

/** `demo`, `empty`, or `scale` with numbers: 20,000 invoices and 100,000 journal lines unless told. */
function sizeOf(): NonNullable<VismaOptions['size']> {
  if (values.size === 'demo' || values.size === 'empty') return values.size;
  return {invoices: Number(values.invoices ?? 20_000), journalLines: Number(values['journal-lines'] ?? 100_000)};
}
