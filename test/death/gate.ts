import {type Fault, type FaultyProxy, type ProxiedCall, startFaultyProxy} from '../sim/faulty-proxy.ts';

/** What happens at a request: all that a proxy can do. */
export type Happening = Pick<Fault, 'does' | 'before' | 'after'>;

/** What happens at which of the requests of a run, from 1. */
export interface Strike {
  readonly nth: number;
  readonly happens: (passed: Passed) => Happening;
}

/** A request as it passed the gate: what it was, in words that are the same in each run. */
export interface Passed {
  readonly label: string;
  readonly call: ProxiedCall;
}

/**
 * The way from a run to the outside: two proxies, before Visma.net and before the workspace, that number the requests
 * of both as they come, and strike where they are told to.
 */
export class Gate {
  readonly visma: FaultyProxy;
  readonly workspace: FaultyProxy;
  readonly #choice: Choice;

  static async open({visma, workspace}: {readonly visma: string; readonly workspace: string}): Promise<Gate> {
    const choice = new Choice();
    const [before, behind] = await Promise.all([
      startFaultyProxy({host: visma, choose: call => choice.of(call, 'visma')}),
      startFaultyProxy({host: workspace, choose: call => choice.of(call, 'workspace')}),
    ]);
    return new Gate({visma: before, workspace: behind, choice});
  }

  private constructor(parts: {readonly visma: FaultyProxy; readonly workspace: FaultyProxy; readonly choice: Choice}) {
    this.visma = parts.visma;
    this.workspace = parts.workspace;
    this.#choice = parts.choice;
  }

  /** The requests since the last time, in order; numbering begins anew, and nothing strikes. */
  clear(): readonly Passed[] {
    const {passed} = this.#choice;
    this.#choice.passed = [];
    this.#choice.by = () => undefined;
    return passed;
  }

  set(strikes: readonly Strike[]): void {
    this.#choice.by = (passed, nth) => strikes.find(strike => strike.nth === nth)?.happens(passed);
  }

  /** Strikes by what a request is rather than by its number. */
  setChoice(by: (passed: Passed) => Happening | undefined): void {
    this.#choice.by = by;
  }

  get passed(): readonly Passed[] {
    return this.#choice.passed;
  }

  async close(): Promise<void> {
    await Promise.all([this.visma.close(), this.workspace.close()]);
  }
}

class Choice {
  passed: Passed[] = [];
  by: (passed: Passed, nth: number) => Happening | undefined = () => undefined;

  of(call: ProxiedCall, side: Side): Fault | undefined {
    const passed = {label: labelOf(call, side), call};
    this.passed.push(passed);
    return this.by(passed, this.passed.length);
  }
}

type Side = 'visma' | 'workspace';

/** `workspace MERGE INTO main.visma.supplier_invoice`, `workspace PUT …/load.json`, `visma GET /v1/account`. */
function labelOf({method, path, thrift, body}: ProxiedCall, side: Side): string {
  if (thrift === 'ExecuteStatement') return `${side} ${statementIn(body)}`;
  if (thrift !== undefined) return `${side} ${thrift}`;
  return `${side} ${method} ${pathOf(path)}`;
}

const words =
  /(?:MERGE INTO|COPY INTO|CREATE|ALTER|INSERT INTO|UPDATE|DELETE FROM|SELECT|WITH|DESCRIBE|SHOW|SET|DROP)\b[^\n(]*/;

function statementIn(body: Buffer): string {
  const text = words.exec(body.toString('latin1'))?.[0] ?? 'statement';
  return text.replaceAll('`', '').trim().slice(0, 80);
}

/** Without what differs from run to run: ids of loads and runs, windows, pages. */
const pathOf = (path: string): string => path.replace(/\?.*$/, '').replaceAll(/\d{8}t\d{6}-[0-9a-f]+/g, '…');

/** Whether something may come of it that outlives the request: statements, files, tokens. */
export const hasEffect = ({label}: Passed): boolean =>
  /(?:MERGE|COPY|CREATE|ALTER|INSERT|UPDATE|DELETE|DROP)\b/.test(label) || / (?:PUT|POST) /.test(label);
