import type { Node } from '../../node-record/node.ts';
import { MAX_PARALLEL_RECORD_REQUESTS } from '../constants.ts';

/** An iterator of dial candidates. It works only while `next` is waiting. (geth's enode.Iterator) */
export interface NodeIterator {
  /**
   * The next candidate.
   * @throws the signal's reason when it aborts; DOMException `AbortError` once the source is stopped
   */
  next(signal: AbortSignal): Promise<Node>;
}

/** A node iterator that its consumer stops. */
export interface NodeStream extends NodeIterator {
  stop(): void;
}

/** Constructor arguments of CandidateStream. */
export interface CandidateStreamOptions {
  /** The next node of the walk; undefined when it has ended. One call at a time. */
  readonly walk: () => Promise<Node | undefined>;
  /** Makes a dial candidate of a node (fetches its record); undefined to skip it. */
  readonly prepare: (node: Node) => Promise<Node | undefined>;
}

interface Waiter {
  readonly resolve: (node: Node) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Takes nodes from a walk and prepares up to 16 of them in parallel while a consumer waits.
 * BOUNDED: 16 preparations, 16 ready candidates, one waiter per call of `next` (the dial scheduler has one call at a
 * time).
 */
export class CandidateStream implements NodeIterator {
  readonly #options: CandidateStreamOptions;
  readonly #ready: Node[] = [];
  readonly #waiters = new Set<Waiter>();
  #preparing = 0;
  #walking = false;
  #stopped = false;

  constructor(options: CandidateStreamOptions) {
    this.#options = options;
  }

  async next(signal: AbortSignal): Promise<Node> {
    signal.throwIfAborted();
    if (this.#stopped) throw stoppedError();
    const ready = this.#ready.shift();
    if (ready !== undefined) return ready;
    return await new Promise<Node>((resolve, reject) => {
      const settle = (): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        settle();
        reject(signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'));
      };
      const waiter: Waiter = {
        resolve: (node) => {
          settle();
          resolve(node);
        },
        reject: (reason) => {
          settle();
          reject(reason);
        },
      };
      signal.addEventListener('abort', onAbort);
      this.#waiters.add(waiter);
      this.#pump();
    });
  }

  /** Ends the stream; waiting calls of `next` reject. */
  stop(): void {
    this.#stopped = true;
    this.#ready.length = 0;
    for (const waiter of [...this.#waiters]) waiter.reject(stoppedError());
  }

  #pump(): void {
    if (this.#walking || this.#stopped || this.#waiters.size === 0) return;
    if (this.#preparing >= MAX_PARALLEL_RECORD_REQUESTS) return;
    void this.#pull();
  }

  /** Never rejects: a failure of the walk ends the stream. */
  async #pull(): Promise<void> {
    this.#walking = true;
    const node = await this.#options.walk().catch(() => undefined);
    this.#walking = false;
    if (node === undefined) {
      this.stop();
      return;
    }
    void this.#prepare(node);
    this.#pump();
  }

  /** Never rejects. */
  async #prepare(node: Node): Promise<void> {
    this.#preparing++;
    const candidate = await this.#options.prepare(node).catch(() => undefined);
    this.#preparing--;
    if (candidate !== undefined) this.#deliver(candidate);
    this.#pump();
  }

  #deliver(candidate: Node): void {
    const [waiter] = this.#waiters;
    if (waiter !== undefined) waiter.resolve(candidate);
    else if (!this.#stopped && this.#ready.length < MAX_PARALLEL_RECORD_REQUESTS) this.#ready.push(candidate);
  }
}

function stoppedError(): DOMException {
  return new DOMException('The candidate stream has stopped', 'AbortError');
}
