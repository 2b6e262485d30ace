import cliProgress, {type Options, type Params, type SingleBar} from 'cli-progress';
import type {Event, Events} from '../model/events.ts';
import type {Stream} from './outside.ts';
import {printable} from './text-table.ts';

/** Bars that are drawn over each other while a run lasts. */
export interface Progress {
  readonly events: Events;
  /** Takes the bars away and gives the terminal back. */
  end(): void;
}

interface Payload {
  readonly label: string;
  readonly isTotalKnown: boolean;
}

type PassEvent = Extract<Event, {event: 'pass started' | 'page read' | 'pass ended'}>;

const labelWidth = 36;

/**
 * A bar for each company and resource that is being read, and a line for each that has been: of many companies and
 * resources only those at work take part in the redrawing, so that the bars never outgrow the window.
 */
export function showProgress(stream: Stream): Progress {
  const bars = new Map<string, SingleBar>();
  const screen = new cliProgress.MultiBar({
    stream,
    format: drawBar,
    barsize: 30,
    fps: 8,
    clearOnComplete: true,
    // A line that is told pushes the bars down: those that stand still are drawn anew too.
    forceRedraw: true,
    // Else the terminal's own wrapping would be off, and would stay so after a second signal.
    linewrap: true,
  });
  const tell = (text: string): void => screen.log(`${printable(text)}\n`);

  const showPass = (event: PassEvent): void => {
    const label = labelOf(event);
    const bar = bars.get(label) ?? screen.create(0, 0, {label, isTotalKnown: false} satisfies Payload);
    bars.set(label, bar);
    if (event.event === 'page read') {
      bar.setTotal(event.total ?? event.seen);
      bar.update(event.seen, {label, isTotalKnown: event.total !== undefined} satisfies Payload);
    }
    if (event.event === 'pass ended') {
      tell(endOf(event));
      bars.delete(label);
      bar.stop();
      screen.remove(bar);
    }
  };

  return {
    events: event => {
      const text = tidings(event);
      if (text !== undefined) tell(text);
      if (event.event === 'pass started' || event.event === 'page read' || event.event === 'pass ended') {
        showPass(event);
      }
    },
    end: () => {
      screen.update();
      screen.stop();
    },
  };
}

function drawBar(options: Options, {progress, value, total}: Params, {label, isTotalKnown}: Payload): string {
  const drawn = isTotalKnown
    ? `[${cliProgress.Format.BarFormat(progress, options)}] ${value}/${total}`
    : `${value} read`;
  return `${printable(label).padEnd(labelWidth)} ${drawn}`;
}

const labelOf = ({company, resource, slice}: PassEvent): string => [company, resource, slice].filter(Boolean).join(' ');

function endOf(event: Extract<Event, {event: 'pass ended'}>): string {
  const {outcome, counts, seconds, reason} = event;
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${labelOf(event).padEnd(labelWidth)} ${outcome}, ${counts.read} read in ${seconds.toFixed(1)} s${why}`;
}

/** What a person who waits wants to know at once; problems and notes come at the end. */
function tidings(event: Event): string | undefined {
  switch (event.event) {
    case 'wait':
      return `waiting ${Math.ceil(event.ms / 1000)} s: ${event.why}`;
    case 'retry':
      return `${event.what}: attempt ${event.attempt} failed (${event.kind}), again in ${event.delayMs} ms`;
    case 'load set aside':
      return `load ${event.load} set aside: ${event.reason}`;
    case 'table committed':
      return committed(event);
    default:
      return undefined;
  }
}

function committed({table, inserted, updated, gone}: Extract<Event, {event: 'table committed'}>): string {
  return `${table.padEnd(labelWidth)} committed, ${inserted} new, ${updated} changed, ${gone} gone`;
}
