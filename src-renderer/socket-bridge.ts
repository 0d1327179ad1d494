import type { ApiBridge, ApiFailure, ApiPush, ApiReply } from '../shared/api-channels.ts';

/** How the page stands with its node. `refused`: the node answers over HTTP but will not open the socket. */
export type LinkState =
  | { readonly state: 'connecting' | 'connected' | 'refused' }
  | { readonly state: 'lost'; readonly since: number; readonly nextTryAt: number };

/** The part of WebSocket that the bridge uses. */
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

/** What the bridge needs of its environment; tests bring their own. */
export interface SocketEnvironment {
  open(token: string): SocketLike;
  /** Does the server of this page answer at all? Tells a refused token from a node that is gone. */
  probe(): Promise<boolean>;
  now(): number;
  /** Runs `task` after `ms`; returns its cancellation. */
  later(ms: number, task: () => void): () => void;
}

/** A bridge over a WebSocket that comes back by itself. */
export interface SocketBridge extends ApiBridge {
  onLink(listener: (link: LinkState) => void): void;
  useToken(token: string): void;
  retryNow(): void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** A reply that takes longer than this is given up: the longest request, a lookup, has its own limit well below. */
const REPLY_TIMEOUT_MS = 60_000;

interface Waiting {
  readonly resolve: (reply: ApiReply<unknown>) => void;
  readonly cancelTimeout: () => void;
}
interface Subscription {
  readonly topic: string;
  readonly params: unknown;
  readonly listener: (push: ApiPush) => void;
}

const failure = (code: string, message: string): ApiReply<never> => {
  const error: ApiFailure = { code, message, field: null };
  return { ok: false, error };
};

/**
 * Speaks the page's protocol: {type: request | subscribe | unsubscribe, id, …} out, {type: reply | push, id, …} in.
 * After a loss it reconnects with a doubling delay and renews every subscription; requests under way fail at once.
 */
export function createSocketBridge(environment: SocketEnvironment, token: string | null): SocketBridge {
  const connection = new Connection(environment, token);
  return {
    kind: 'browser',
    platform: 'browser',
    onLink: (listener) => connection.onLink(listener),
    useToken: (next) => connection.useToken(next),
    retryNow: () => connection.retryNow(),
    request: (name, params) => connection.request(name, params),
    subscribe: (topic, params, listener) => connection.subscribe(topic, params, listener),
  };
}

class Connection {
  readonly #environment: SocketEnvironment;
  #token: string | null;
  #socket: SocketLike | null = null;
  #open = false;
  #lastId = 0;
  #retryMs = FIRST_RETRY_MS;
  #lostSince = 0;
  #cancelRetry = (): void => undefined;
  #link: LinkState = { state: 'connecting' };
  #report: (link: LinkState) => void = () => undefined;
  // BOUNDED: by the page's own calls; each entry leaves with its reply, its timeout or the connection.
  readonly #waiting = new Map<number, Waiting>();
  // BOUNDED: by the page's open subscriptions, a handful.
  readonly #subscriptions = new Map<number, Subscription>();

  constructor(environment: SocketEnvironment, token: string | null) {
    this.#environment = environment;
    this.#token = token;
  }

  onLink(listener: (link: LinkState) => void): void {
    this.#report = listener;
    this.#connect();
  }

  useToken(token: string): void {
    this.#token = token;
    const old = this.#socket;
    this.#socket = null;
    this.#open = false;
    this.#dropWaiting();
    old?.close();
    this.#connect();
  }

  retryNow(): void {
    if (this.#socket === null) this.#connect();
  }

  request(name: string, params: unknown): Promise<ApiReply<unknown>> {
    if (!this.#open) {
      return Promise.resolve(failure('connection-lost', 'There is no connection to the node now.'));
    }
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const cancelTimeout = this.#environment.later(REPLY_TIMEOUT_MS, () => {
        this.#waiting.delete(id);
        resolve(failure('no-reply', 'The node did not answer this request within a minute.'));
      });
      this.#waiting.set(id, { resolve, cancelTimeout });
      this.#send({ type: 'request', id, name, params });
    });
  }

  subscribe(topic: string, params: unknown, listener: (push: ApiPush) => void): () => void {
    const id = ++this.#lastId;
    this.#subscriptions.set(id, { topic, params, listener });
    this.#send({ type: 'subscribe', id, topic, params });
    return () => {
      this.#subscriptions.delete(id);
      this.#send({ type: 'unsubscribe', id });
    };
  }

  #setLink(link: LinkState): void {
    this.#link = link;
    this.#report(link);
  }

  #send(message: object): void {
    if (this.#open) this.#socket?.send(JSON.stringify(message));
  }

  #connect(): void {
    this.#cancelRetry();
    if (this.#token === null) {
      this.#setLink({ state: 'refused' });
      return;
    }
    if (this.#link.state !== 'lost') this.#setLink({ state: 'connecting' });
    const socket = this.#environment.open(this.#token);
    this.#socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => this.#closed(socket);
  }

  #opened(socket: SocketLike): void {
    if (socket !== this.#socket) return;
    this.#open = true;
    this.#lostSince = 0;
    this.#retryMs = FIRST_RETRY_MS;
    for (const [id, { topic, params }] of this.#subscriptions)
      this.#send({ type: 'subscribe', id, topic, params });
    this.#setLink({ state: 'connected' });
  }

  #closed(socket: SocketLike): void {
    if (socket !== this.#socket) return;
    const opened = this.#open;
    this.#socket = null;
    this.#open = false;
    this.#dropWaiting();
    if (opened) {
      this.#scheduleRetry();
      return;
    }
    this.#environment.probe().then(
      (alive) => (alive ? this.#setLink({ state: 'refused' }) : this.#scheduleRetry()),
      () => this.#scheduleRetry(),
    );
  }

  #scheduleRetry(): void {
    const now = this.#environment.now();
    if (this.#lostSince === 0) this.#lostSince = now;
    this.#cancelRetry();
    this.#cancelRetry = this.#environment.later(this.#retryMs, () => this.#connect());
    this.#setLink({ state: 'lost', since: this.#lostSince, nextTryAt: now + this.#retryMs });
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
  }

  #dropWaiting(): void {
    for (const { resolve, cancelTimeout } of this.#waiting.values()) {
      cancelTimeout();
      resolve(failure('connection-lost', 'The connection to the node was lost before it answered.'));
    }
    this.#waiting.clear();
  }

  #receive(data: unknown): void {
    const message = parseMessage(data);
    if (message === null) return;
    if (message.type === 'push') {
      this.#subscriptions.get(message.id)?.listener(message.push);
      return;
    }
    const entry = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    entry?.cancelTimeout();
    entry?.resolve(message.reply);
  }
}

type ServerMessage =
  | { readonly type: 'reply'; readonly id: number; readonly reply: ApiReply<unknown> }
  | { readonly type: 'push'; readonly id: number; readonly push: ApiPush };

/** The server is our own node; only the shape that the dispatch needs is checked here. */
function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data) as Partial<ServerMessage> | null;
    if (message === null || typeof message.id !== 'number') return null;
    return message.type === 'reply' || message.type === 'push' ? (message as ServerMessage) : null;
  } catch {
    return null;
  }
}
