import type { Clock, Timer } from '../base/runtime.ts';
import { closedError, DiscoveryError } from './errors.ts';

/** A sent request that waits for its answer. */
export interface AwaitedReply {
  /** The address that the answer must come from, canonical text. */
  readonly ip: string;
  readonly reject: (error: DiscoveryError) => void;
}

/**
 * The requests of one protocol that wait for answers: their timeouts, and the addresses that answers are expected
 * from. The protocol matches answers to requests. BOUNDED: by the protocol, which adds the requests.
 */
export class AwaitedReplies<T extends AwaitedReply> {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #timers = new Map<T, Timer | undefined>();
  /** Requests per address. */
  readonly #addresses = new Map<string, number>();

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#timers.size;
  }

  /** Whether an answer is expected from this address. */
  expects(ip: string): boolean {
    return this.#addresses.has(ip);
  }

  add(request: T): void {
    this.#timers.set(request, undefined);
    this.#addresses.set(request.ip, (this.#addresses.get(request.ip) ?? 0) + 1);
  }

  /**
   * Starts the timeout of an added request, or starts it again. After a turn of the event loop that took longer than the
   * timeout, the answer may lie in the socket: the sockets are read before `onTimeout` is called.
   */
  startTimer(request: T, onTimeout: () => void): void {
    this.#timers.get(request)?.cancel();
    const timer = this.#clock.after(this.#timeoutMs, () => {
      if (this.#clock.soon === undefined) onTimeout();
      else
        this.#clock.soon(() => {
          if (this.#timers.get(request) === timer) onTimeout();
        });
    });
    this.#timers.set(request, timer);
  }

  /** Removes a request; false if it was removed before. */
  delete(request: T): boolean {
    this.#timers.get(request)?.cancel();
    if (!this.#timers.delete(request)) return false;
    const left = (this.#addresses.get(request.ip) ?? 1) - 1;
    if (left === 0) this.#addresses.delete(request.ip);
    else this.#addresses.set(request.ip, left);
    return true;
  }

  /** The error of a request that got no answer. */
  timeoutError(expected: string): DiscoveryError {
    return new DiscoveryError('timeout', `no ${expected} within ${this.#timeoutMs} ms`);
  }

  /** Ends all requests with `closed`. */
  close(): void {
    const requests = [...this.#timers];
    this.#timers.clear();
    this.#addresses.clear();
    for (const [, timer] of requests) timer?.cancel();
    for (const [{ reject }] of requests) reject(closedError());
  }
}

/** The error of a request while too many others wait for answers. */
export function busyError(): DiscoveryError {
  return new DiscoveryError('busy', 'too many discovery requests are waiting for answers');
}
