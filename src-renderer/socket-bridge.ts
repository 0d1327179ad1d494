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

/** What the bridge needs of its surroundings; tests bring their own. */
export interface SocketSurroundings {
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
export function createSocketBridge(
  surroundings: SocketSurroundings,
  firstToken: string | null,
): SocketBridge {
  let token = firstToken;
  let socket: SocketLike | null = null;
  let open = false;
  let lastId = 0;
  let retryMs = FIRST_RETRY_MS;
  let cancelRetry = (): void => undefined;
  let link: LinkState = { state: 'connecting' };
  let lostSince = 0;
  let report: (link: LinkState) => void = () => undefined;
  // BOUNDED: by the page's own calls; each entry leaves with its reply, its timeout or the connection.
  const waiting = new Map<number, Waiting>();
  // BOUNDED: by the page's open subscriptions, a handful.
  const subscriptions = new Map<number, Subscription>();

  const setLink = (next: LinkState): void => {
    link = next;
    report(link);
  };
  const send = (message: object): void => {
    if (open && socket !== null) socket.send(JSON.stringify(message));
  };

  const receive = (data: unknown): void => {
    const message = parseMessage(data);
    if (message === null) return;
    if (message.type === 'push') {
      subscriptions.get(message.id)?.listener(message.push);
      return;
    }
    const entry = waiting.get(message.id);
    waiting.delete(message.id);
    entry?.cancelTimeout();
    entry?.resolve(message.reply);
  };

  const dropWaiting = (): void => {
    for (const entry of waiting.values()) {
      entry.cancelTimeout();
      entry.resolve(failure('connection-lost', 'The connection to the node was lost before it answered.'));
    }
    waiting.clear();
  };

  const scheduleRetry = (): void => {
    if (lostSince === 0) lostSince = surroundings.now();
    setLink({ state: 'lost', since: lostSince, nextTryAt: surroundings.now() + retryMs });
    cancelRetry = surroundings.later(retryMs, connect);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  };

  const closed = (opened: boolean, closedSocket: SocketLike): void => {
    if (closedSocket !== socket) return;
    socket = null;
    open = false;
    dropWaiting();
    if (opened) {
      scheduleRetry();
      return;
    }
    surroundings.probe().then(
      (alive) => (alive ? setLink({ state: 'refused' }) : scheduleRetry()),
      () => scheduleRetry(),
    );
  };

  function connect(): void {
    cancelRetry();
    if (token === null) {
      setLink({ state: 'refused' });
      return;
    }
    if (link.state !== 'lost') setLink({ state: 'connecting' });
    const opening = surroundings.open(token);
    socket = opening;
    let opened = false;
    opening.onopen = () => {
      opened = true;
      open = true;
      lostSince = 0;
      retryMs = FIRST_RETRY_MS;
      for (const [id, { topic, params }] of subscriptions) send({ type: 'subscribe', id, topic, params });
      setLink({ state: 'connected' });
    };
    opening.onmessage = (event) => receive(event.data);
    opening.onclose = () => closed(opened, opening);
  }

  return {
    kind: 'browser',
    platform: 'browser',
    onLink(listener) {
      report = listener;
      connect();
    },
    useToken(next) {
      token = next;
      socket?.close();
      socket = null;
      open = false;
      connect();
    },
    retryNow() {
      if (socket === null) connect();
    },
    request(name, params) {
      if (!open)
        return Promise.resolve(failure('connection-lost', 'There is no connection to the node now.'));
      const id = ++lastId;
      return new Promise((resolve) => {
        const cancelTimeout = surroundings.later(REPLY_TIMEOUT_MS, () => {
          waiting.delete(id);
          resolve(failure('no-reply', 'The node did not answer this request within a minute.'));
        });
        waiting.set(id, { resolve, cancelTimeout });
        send({ type: 'request', id, name, params });
      });
    },
    subscribe(topic, params, listener) {
      const id = ++lastId;
      subscriptions.set(id, { topic, params, listener });
      send({ type: 'subscribe', id, topic, params });
      return () => {
        subscriptions.delete(id);
        send({ type: 'unsubscribe', id });
      };
    },
  };
}

type ServerMessage =
  | { readonly type: 'reply'; readonly id: number; readonly reply: ApiReply<unknown> }
  | { readonly type: 'push'; readonly id: number; readonly push: ApiPush };

/** The server is our own node; only the shape that the dispatch needs is checked here. */
function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data) as ServerMessage;
    const known = message.type === 'reply' || message.type === 'push';
    return known && typeof message.id === 'number' ? message : null;
  } catch {
    return null;
  }
}
