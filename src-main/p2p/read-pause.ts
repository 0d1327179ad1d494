import type { Clock, Timer } from '../base/runtime.ts';
import type { RlpxConnection } from '../rlpx/connection.ts';

/** The members of its session that decide whether to read. */
export interface ReadPauseHost {
  readonly clock: Clock;
  readonly connection: Pick<RlpxConnection, 'hold' | 'release'>;
  /** Whether a protocol has no room for a message. */
  isFull(): boolean;
}

/** Reads only while all protocols have room and the limits allow it, so that a slow protocol slows its peer down. */
export class ReadPause {
  readonly #host: ReadPauseHost;
  #timer: Timer | undefined;

  constructor(host: ReadPauseHost) {
    this.#host = host;
  }

  /** Stops reading for a time, milliseconds, unless it is stopped for a time already. */
  pauseFor(ms: number): void {
    this.#timer ??= this.#host.clock.after(ms, () => {
      this.#timer = undefined;
      this.update();
    });
    this.update();
  }

  /** Stops or resumes reading. To be called when the room of a protocol has changed. */
  update(): void {
    const { connection } = this.#host;
    if (this.#timer !== undefined || this.#host.isFull()) connection.hold();
    else connection.release();
  }

  /** Cancels the timer. */
  stop(): void {
    this.#timer?.cancel();
  }
}
