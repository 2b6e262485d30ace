import type {Behaviour, SimCompany} from './behaviour.ts';
import {type Answer, jsonAnswer} from './bodies.ts';
import {type Entity, isEntity, type Json, parseExactly} from './exact.ts';
import type {Fault} from './faults.ts';
import type {VismaSim} from './visma.ts';

/** Of the simulator what other processes may use. */
export type Controlled = Pick<
  VismaSim,
  | 'change'
  | 'changeSilently'
  | 'changeLine'
  | 'addLine'
  | 'removeLastLine'
  | 'insert'
  | 'delete'
  | 'restamp'
  | 'rename'
  | 'movePeriod'
  | 'setPeriod'
  | 'trade'
  | 'clock'
  | 'fault'
  | 'liftFaults'
  | 'behaviour'
  | 'revokeTokens'
  | 'spend'
  | 'requests'
  | 'clearLog'
  | 'requestCounts'
  | 'truth'
  | 'deleted'
  | 'posted'
  | 'companies'
>;

type Verb = (sim: Controlled, options: never) => unknown;

const record = (entity: Entity): object => ({record: entity});

/** What POST /_control does, by its `do`; the options are those of the simulator's own verbs. */
const verbs: Readonly<Record<string, Verb>> = {
  change: (sim, options) => record(sim.change(options)),
  changeSilently: (sim, options) => record(sim.changeSilently(options)),
  changeLine: (sim, options) => record(sim.changeLine(options)),
  addLine: (sim, options) => record(sim.addLine(options)),
  removeLastLine: (sim, options) => record(sim.removeLastLine(options)),
  insert: (sim, options) => record(sim.insert(options)),
  delete: (sim, options) => record(sim.delete(options)),
  restamp: (sim, options) => sim.restamp(options),
  rename: (sim, options) => record(sim.rename(options)),
  movePeriod: (sim, options) => record(sim.movePeriod(options)),
  setPeriod: (sim, options) => record(sim.setPeriod(options)),
  trade: (sim, options) => sim.trade(options),
  clock: (sim, {set, advanceMs}: {set?: string; advanceMs?: number}) => {
    if (set !== undefined) sim.clock.set(set);
    if (advanceMs !== undefined) sim.clock.advance(advanceMs);
    return {now: sim.clock.now().toISOString()};
  },
  fault: (sim, {commands, ...fault}: Fault & {commands?: Json}) => {
    const action = commands === undefined ? {} : {action: () => runAll(sim, commands)};
    sim.fault({...fault, ...action} as Fault);
  },
  liftFaults: sim => sim.liftFaults(),
  behaviour: (sim, options: Partial<Behaviour>) => Object.assign(sim.behaviour, options),
  revokeTokens: sim => sim.revokeTokens(),
  spend: (sim, {company, requests}: {company: string; requests: number}) => sim.spend(company, requests),
  clearLog: sim => sim.clearLog(),
};

/** The controls over HTTP, for other processes: POST /_control with `{do, …}` or a list of them, GET to look. */
export function controlRoom(sim: () => Controlled): (method: string, url: URL, body: string) => Answer {
  return (method, url, body) => {
    try {
      if (method === 'GET') return jsonAnswer(200, looked(sim(), url) as object);
      return jsonAnswer(200, {done: runAll(sim(), parseExactly(body))});
    } catch (thrown) {
      return jsonAnswer(400, {error: thrown instanceof Error ? thrown.message : String(thrown)});
    }
  };
}

function runAll(sim: Controlled, commands: Json): readonly unknown[] {
  return (Array.isArray(commands) ? (commands as readonly Json[]) : [commands]).map(command => {
    if (!isEntity(command)) throw new TypeError('a command is an object with a `do`');
    const {do: name, ...options} = command;
    const verb = verbs[String(name)];
    if (!verb) throw new RangeError(`no such command: ${String(name)}; there are ${Object.keys(verbs).join(', ')}`);
    return verb(sim, options as never) ?? {};
  });
}

function looked(sim: Controlled, url: URL): unknown {
  const company = url.searchParams.get('company') ?? '';
  const wanted = Object.fromEntries(url.searchParams);
  switch (url.pathname) {
    case '/_control/truth':
      return sim.truth(company);
    case '/_control/deleted':
      return sim.deleted(company);
    case '/_control/posted':
      return sim.posted(company).map(row => ({...row, debit: String(row.debit), credit: String(row.credit)}));
    case '/_control/requests':
      return sim.requests(wanted);
    case '/_control/counts':
      return sim.requestCounts();
    case '/_control/clock':
      return {now: sim.clock.now().toISOString()};
    case '/_control/companies':
      return sim.companies.map(({...company}: SimCompany) => company);
    default:
      throw new RangeError('there is truth, deleted, posted, requests, counts, clock and companies');
  }
}
