/** Number of seconds that a rate is averaged over. */
export const BYTE_RATE_SECONDS = 10;

const SECOND_MS = 1_000;

/**
 * Bytes a second, the mean of the last BYTE_RATE_SECONDS complete seconds, or of all of a younger session. It changes at most
 * once a second, so that a row of the peers table is not sent more often for it. Times are monotonic milliseconds.
 */
export class ByteRate {
  readonly #startedAt: number;
  /** A slot a second; one of them is the current second, which is not complete. BOUNDED: BYTE_RATE_SECONDS + 1. */
  readonly #slots = new Float64Array(BYTE_RATE_SECONDS + 1);
  #second = 0;

  /** @param startedAt start of the session */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Counts bytes at `now`. */
  count(now: number, bytes: number): void {
    this.#advanceTo(now);
    this.#add(bytes);
  }

  /** The rate at `now`, an integer; 0 in the first second. */
  perSecond(now: number): number {
    this.#advanceTo(now);
    const seconds = Math.min(BYTE_RATE_SECONDS, this.#second);
    if (seconds === 0) return 0;
    const all = this.#slots.reduce((sum, bytes) => sum + bytes, 0);
    return Math.round((all - this.#current) / seconds);
  }

  get #current(): number {
    return this.#slots[this.#second % this.#slots.length] ?? 0;
  }

  #add(bytes: number): void {
    this.#slots[this.#second % this.#slots.length] = this.#current + bytes;
  }

  #advanceTo(now: number): void {
    const second = Math.floor((now - this.#startedAt) / SECOND_MS);
    if (second - this.#second >= this.#slots.length) this.#slots.fill(0);
    else for (let at = this.#second + 1; at <= second; at++) this.#slots[at % this.#slots.length] = 0;
    this.#second = Math.max(this.#second, second);
  }
}
