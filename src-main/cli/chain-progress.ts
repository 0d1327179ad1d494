import { formatDuration, formatNumber, formatPercent } from '../../shared/format.ts';
import type { ImportProgress } from '../archive/import-blocks.ts';
import type { Clock } from '../base/runtime.ts';
import type { ToolContext } from './launch.ts';

/** Interval of lines where there is no terminal, milliseconds: as a crawl. */
const LINE_MS = 8_000;

/** Interval of changes of the line of a terminal, milliseconds. */
const REDRAW_MS = 100;

/** Time before which a rate says nothing, milliseconds. */
const FIRST_RATE_MS = 500;

/** Characters of the bar. */
const BAR_WIDTH = 24;

/** Shows how far a file is: a bar in the last line of a terminal, lines at intervals elsewhere. */
export class ChainProgress {
  readonly #context: Pick<ToolContext, 'say' | 'terminal'>;
  readonly #clock: Clock;
  readonly #label: string;
  readonly #startedAt: number;
  #shownAt: number;

  /** @param label what is done, for lines: `Importing` */
  constructor(label: string, context: Pick<ToolContext, 'say' | 'terminal'>, clock: Clock) {
    this.#label = label;
    this.#context = context;
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    this.#shownAt = this.#startedAt;
  }

  /** Takes the state after each block, and shows it when it is time. */
  update(progress: ImportProgress): void {
    const now = this.#clock.monotonic();
    const { terminal, say } = this.#context;
    if (now - this.#shownAt < (terminal === undefined ? LINE_MS : REDRAW_MS)) return;
    this.#shownAt = now;
    const facts = factsOf(progress, now - this.#startedAt);
    if (terminal === undefined) {
      say(`${this.#label} ${progress.file}: ${formatPercent(progress.fraction)}, ${facts}`);
      return;
    }
    const filled = Math.round(Math.min(1, progress.fraction) * BAR_WIDTH);
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
    terminal.replace(`${bar} ${formatPercent(progress.fraction)} ${facts}`.slice(0, terminal.columns - 1));
  }

  /** Removes the bar. */
  end(): void {
    this.#context.terminal?.replace('');
  }
}

function factsOf({ block, blocks, fraction }: ImportProgress, elapsed: number): string {
  const facts = [`block ${formatNumber(block)}`];
  if (elapsed >= FIRST_RATE_MS) {
    facts.push(`${formatNumber(Math.round((blocks * 1_000) / elapsed))} blocks/s`);
    if (fraction > 0) facts.push(`${formatDuration((elapsed * (1 - fraction)) / fraction)} left`);
  }
  return facts.join(', ');
}
