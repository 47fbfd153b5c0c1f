import type { ReadStream, WriteStream } from 'node:tty';
import type { FleetWatch } from './fleet-watch.ts';
import { renderStatus } from './render.ts';
import { viewport } from '../../common/text/fit.ts';
import { Screen } from './screen.ts';
import type { FleetStatus } from './status.ts';

/** How the operator left the live view. */
export type LiveEnd = 'quit' | 'interrupted';

/** What {@link showLive} shows, and where. */
export interface LiveOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  /** The operator's clock as text. */
  readonly clock: (status: FleetStatus) => string;
}

/** At least so often the screen is repainted, in milliseconds: ages go on when no answer comes. */
const TICK_MS = 1000;
/** Answers that come this close together, in milliseconds, are painted together. */
const GATHER_MS = 50;

/** What a key asks for. */
export type KeyAction = 'quit' | 'interrupt' | { readonly scroll: number } | undefined;

/** What a key asks for; `page` is the height of the screen. */
export function keyAction(key: string, page: number): KeyAction {
  switch (key) {
    case 'q':
    case 'Q':
      return 'quit';
    case '\u0003':
      return 'interrupt';
    case '\u001B[A':
    case 'k':
      return { scroll: -1 };
    case '\u001B[B':
    case 'j':
      return { scroll: 1 };
    case '\u001B[5~':
    case 'b':
      return { scroll: -page };
    case '\u001B[6~':
    case ' ':
      return { scroll: page };
    case 'g':
      return { scroll: -Infinity };
    case 'G':
      return { scroll: Infinity };
    default:
      return undefined;
  }
}

/** A terminal's size; one on a serial line says that it has none. */
function sizeOf({ columns, rows }: WriteStream): { width: number; height: number } {
  return { width: columns > 0 ? columns : 80, height: rows > 0 ? rows : 24 };
}

/** Shows a fleet on the terminal until the operator leaves; the terminal is given back as it was. */
export async function showLive(watch: FleetWatch, options: LiveOptions): Promise<LiveEnd> {
  const { input, output } = options;
  const screen = new Screen(output);
  const over = new AbortController();
  let end: LiveEnd = 'quit';
  let offset = 0;
  let gathering: NodeJS.Timeout | undefined;

  const paint = () => {
    gathering = undefined;
    const status = watch.status();
    const { width, height } = sizeOf(output);
    const lines = renderStatus(status, { width, height, clock: options.clock(status) });
    const view = viewport(lines, height, offset);
    ({ offset } = view);
    screen.paint(view.lines);
  };
  const soon = () => {
    gathering ??= setTimeout(paint, GATHER_MS);
  };
  const leave = (how: LiveEnd) => {
    end = how;
    over.abort();
  };
  const onKey = (data: Buffer) => {
    const action = keyAction(data.toString(), Math.max(1, sizeOf(output).height - 3));
    if (action === 'quit') leave('quit');
    else if (action === 'interrupt') leave('interrupted');
    else if (action !== undefined) {
      offset = Math.max(0, Math.min(offset + action.scroll, Number.MAX_SAFE_INTEGER));
      paint();
    }
  };
  const onResize = () => {
    screen.clear();
    paint();
  };
  const onSignal = () => leave('interrupted');
  // Whatever ends the process, the terminal is given back.
  const restore = () => {
    screen.leave();
    if (input.isTTY) input.setRawMode(false);
  };

  process.once('exit', restore);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  output.on('resize', onResize);
  if (input.isTTY) input.setRawMode(true);
  input.on('data', onKey);
  const tick = setInterval(paint, TICK_MS);
  screen.enter();
  paint();
  try {
    await watch.run(over.signal, soon);
  } finally {
    clearInterval(tick);
    clearTimeout(gathering);
    input.off('data', onKey);
    input.pause();
    output.off('resize', onResize);
    for (const signal of signals) process.off(signal, onSignal);
    process.off('exit', restore);
    restore();
  }
  return end;
}
