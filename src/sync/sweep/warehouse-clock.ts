import type {Clock} from '../../base/clock.ts';

/**
 * A clock that goes on from what the warehouse's clock said when the sweeps were read, so that times and ages of sweeps
 * do not depend on the clock of this machine.
 */
export function warehouseClock(clock: Clock, readAt: Date): Clock {
  const [atMs, begunMs] = [readAt.getTime(), clock.monotonicMs()];
  return {
    now: () => new Date(atMs + clock.monotonicMs() - begunMs),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  };
}
