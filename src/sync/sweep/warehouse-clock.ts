import type {Clock} from '../../base/clock.ts';
import type {SweepRecord} from '../../model/key-register.ts';

/**
 * A clock that goes on from what the warehouse's clock said when the sweeps were read, so that ages of sweeps do not
 * depend on the clock of this machine. Without any sweep there is no age yet, and our own clock does.
 */
export function warehouseClock(clock: Clock, [read]: readonly SweepRecord[]): Clock {
  if (read?.readAt === undefined) return clock;
  const [atMs, begunMs] = [read.readAt.getTime(), clock.monotonicMs()];
  return {
    now: () => new Date(atMs + clock.monotonicMs() - begunMs),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
