import { DiscoveryError } from '../../src-main/discovery/errors.ts';
import type {
  V5Dispatcher,
  V5DispatcherOptions,
  V5Figures,
  V5Peer,
} from '../../src-main/discovery/v5/dispatcher-types.ts';
import type { V5Request, V5Response } from '../../src-main/discovery/v5/messages.ts';
import type { Node } from '../../src-main/node-record/node.ts';

/** Timeout of a request without an answer, milliseconds. */
const TIMEOUT_MS = 700;

/** Replaces the dispatcher of v5 packets: a test sets the answers of each node. */
export class ScriptedDispatcher implements V5Dispatcher {
  readonly options: V5DispatcherOptions;
  readonly asked: { readonly node: Node; readonly message: V5Request }[] = [];
  /** The answer of a node; undefined for none. */
  answer: (node: Node, message: V5Request) => readonly V5Response[] | undefined = () => undefined;
  figures: V5Figures = { sessions: 0, challenges: 0, requests: 0, queued: 0 };
  running = false;
  readonly #waiting = new Set<() => void>();

  constructor(options: V5DispatcherOptions) {
    this.options = options;
  }

  request(node: Node, message: V5Request): Promise<readonly V5Response[]> {
    this.asked.push({ node, message });
    const answer = this.answer(node, message);
    if (answer !== undefined) return Promise.resolve(answer);
    return new Promise((_resolve, reject) => {
      const close = (): void => {
        timer.cancel();
        reject(new DiscoveryError('closed', 'discovery has stopped'));
      };
      this.#waiting.add(close);
      const timer = this.options.clock.after(TIMEOUT_MS, () => {
        this.#waiting.delete(close);
        reject(new DiscoveryError('timeout', 'no answer'));
      });
    });
  }

  /** Our answer to a request of a peer. */
  async hear(from: V5Peer, message: V5Request): Promise<readonly V5Response[]> {
    return await this.options.respond(from, message);
  }

  expects(): boolean {
    return this.#waiting.size > 0;
  }

  recognises(): boolean {
    return false;
  }

  isAnswer(): boolean {
    return false;
  }

  handle(): void {
    throw new Error('a scripted dispatcher takes no datagrams');
  }

  start(): void {
    this.running = true;
  }

  stop(): void {
    this.running = false;
    for (const close of [...this.#waiting]) close();
    this.#waiting.clear();
  }

  snapshot(): V5Figures {
    return this.figures;
  }
}
