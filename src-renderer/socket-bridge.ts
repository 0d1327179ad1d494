import type { CauseCode } from '../shared/causes/catalogue.ts';
import type { ApiBridge, ApiFailure, ApiPush, ApiReply } from '../shared/api-channels.ts';

/** State of the connection to the node. `refused`: the node responds over HTTP but refuses the WebSocket. */
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

/** What the bridge needs from its environment; tests inject their own. */
export interface SocketEnvironment {
  open(token: string): SocketLike;
  /** Whether the server of this page responds: then the token was refused, else the node is not reachable. */
  probe(): Promise<boolean>;
  now(): number;
  /** Runs `task` after `ms`; returns a function that cancels it. */
  later(ms: number, task: () => void): () => void;
}

/** A bridge over a WebSocket that reconnects automatically. */
export interface SocketBridge extends ApiBridge {
  onLink(listener: (link: LinkState) => void): void;
  useToken(token: string): void;
  retryNow(): void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** Timeout of a reply; the timeout of the longest request, a lookup, is far below it. */
const REPLY_TIMEOUT_MS = 60_000;

interface PendingCall {
  readonly resolve: (reply: ApiReply<unknown>) => void;
  readonly cancelTimeout: () => void;
}
interface Subscription {
  readonly topic: string;
  readonly params: unknown;
  readonly listener: (push: ApiPush) => void;
}

const failure = (code: CauseCode, message: string): ApiReply<never> => {
  const error: ApiFailure = { code, message, field: null };
  return { ok: false, error };
};

/**
 * The protocol of the page: {type: request | subscribe | unsubscribe, id, …} out, {type: reply | push, id, …} in. When the
 * connection is lost, pending requests fail; it reconnects with exponential backoff and renews every subscription.
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
  // BOUNDED: by the page's own calls; an entry is removed with its reply, its timeout or the connection.
  readonly #pending = new Map<number, PendingCall>();
  // BOUNDED: by the page's open subscriptions, a few.
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
    this.#failPending();
    old?.close();
    this.#connect();
  }

  retryNow(): void {
    if (this.#socket === null) this.#connect();
  }

  request(name: string, params: unknown): Promise<ApiReply<unknown>> {
    if (!this.#open) {
      return Promise.resolve(failure('connection-lost', 'There is no connection to the node.'));
    }
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const cancelTimeout = this.#environment.later(REPLY_TIMEOUT_MS, () => {
        this.#pending.delete(id);
        resolve(failure('no-reply', 'The node did not respond to this request within 60 s.'));
      });
      this.#pending.set(id, { resolve, cancelTimeout });
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
    this.#failPending();
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

  #failPending(): void {
    for (const { resolve, cancelTimeout } of this.#pending.values()) {
      cancelTimeout();
      resolve(failure('connection-lost', 'The connection to the node was lost before it responded.'));
    }
    this.#pending.clear();
  }

  #receive(data: unknown): void {
    const message = parseMessage(data);
    if (message === null) return;
    if (message.type === 'push') {
      this.#subscriptions.get(message.id)?.listener(message.push);
      return;
    }
    const entry = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    entry?.cancelTimeout();
    entry?.resolve(message.reply);
  }
}

type ServerMessage =
  | { readonly type: 'reply'; readonly id: number; readonly reply: ApiReply<unknown> }
  | { readonly type: 'push'; readonly id: number; readonly push: ApiPush };

/** The server is the local node, so only the fields that the dispatch needs are checked. */
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
