import type { ApiBackend } from '../api/backend.ts';
import type { Publisher } from '../api/publisher.ts';
import type { EffectiveSettings } from '../app/effective-settings.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import type { Clock, Startable, Timer } from '../base/runtime.ts';
import type { PresenceProgram } from './presence.ts';
import type { ReportedBackend } from './problem-report.ts';
import { complainOf } from './refusal.ts';

/** The longest time that a quit waits for data that is still being opened, milliseconds. */
export const OPENING_AT_QUIT_MS = 5_000;

/** The program behind the window, as compose/ constructs it. */
export interface DesktopProgram extends Startable, PresenceProgram {
  readonly backend: PresenceProgram['backend'] & Pick<ApiBackend, 'status' | 'lists'> & ReportedBackend;
  readonly settings: Pick<EffectiveSettings, 'current' | 'overridden'>;
  readonly publisher: Publisher;
  /** The address of the page with its token; undefined when it is not served over HTTP. */
  readonly pageUrl: string | undefined;
}

/** What the start of the node needs. */
export interface NodeStartParts {
  /** Constructs the program. @throws EnodeckError when data folder, key or settings cannot be opened */
  compose(options: LaunchOptions): Promise<DesktopProgram>;
  /** Serves the window; called while the node starts. */
  serve(program: DesktopProgram, options: LaunchOptions): void;
  readonly clock: Clock;
  readonly stdout: Pick<NodeJS.WriteStream, 'write'>;
  readonly stderr: Pick<NodeJS.WriteStream, 'write'>;
}

/** Constructs, starts and stops the program behind the window. */
export class NodeStart {
  readonly #parts: NodeStartParts;
  #composing: Promise<unknown> = Promise.resolve();
  #program: DesktopProgram | undefined;
  #isStopping = false;
  #serving: Timer | undefined;

  constructor(parts: NodeStartParts) {
    this.#parts = parts;
  }

  /** The program; undefined until it is constructed. */
  get program(): DesktopProgram | undefined {
    return this.#program;
  }

  /** Constructs the program and starts the node. @throws EnodeckError when it cannot be constructed */
  async run(options: LaunchOptions): Promise<void> {
    if (this.#stops()) return;
    const composing = this.#parts.compose(options);
    this.#composing = composing.catch(() => undefined);
    const program = await composing;
    this.#program = program;
    if (this.#stops()) return;
    // The start has begun by then, so that the page does not show a stopped node first.
    this.#serving = this.#parts.clock.after(0, () => {
      this.#parts.serve(program, options);
    });
    try {
      await program.start();
      const page = program.pageUrl === undefined ? '' : ` ${program.pageUrl}`;
      this.#parts.stdout.write(`Ready desktop${page}\n`);
    } catch (error) {
      // The window shows the failure too, and can start the node again.
      complainOf(error, this.#parts.stderr);
    }
  }

  /** Stops the node; data that is still being opened is closed first. Reports a failure on standard error. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#serving?.cancel();
    await this.#opened();
    try {
      await this.#program?.stop();
    } catch (error) {
      complainOf(error, this.#parts.stderr);
    }
  }

  /** Whether a quit has begun, at the moment. */
  #stops(): boolean {
    return this.#isStopping;
  }

  /** Resolves when the program is constructed or cannot be, after OPENING_AT_QUIT_MS at the latest. */
  #opened(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(OPENING_AT_QUIT_MS, resolve);
      void this.#composing.then(() => {
        timer.cancel();
        resolve();
      });
    });
  }
}
