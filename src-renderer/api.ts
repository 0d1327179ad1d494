import { shallowRef, type ShallowRef } from 'vue';
import type { CauseCode } from '../shared/causes/catalogue.ts';
import type { ApiBridge, ApiFailure, ApiPush, DesktopBridge } from '../shared/api-channels.ts';
import type {
  ApiTopics,
  RequestName,
  RequestParams,
  RequestResult,
  TopicName,
  TopicParams,
} from '../shared/api-contract.ts';
import { createSocketBridge, type LinkState, type SocketBridge, type SocketLike } from './socket-bridge.ts';

/*
 * The only file that uses the bridge: that of the preload script in the desktop window, a WebSocket in a browser. Only
 * stores import it.
 */

/** A push of one topic, typed. */
export type TopicPush<Name extends TopicName> =
  | { readonly kind: 'snapshot'; readonly data: ApiTopics[Name]['snapshot'] }
  | { readonly kind: 'delta'; readonly data: ApiTopics[Name]['delta'] };

/** A request failed; `message` is a sentence for the user. */
export class ApiError extends Error {
  readonly code: CauseCode;
  /** The name of the wrong parameter; null if none is wrong. */
  readonly field: string | null;

  constructor(failure: ApiFailure) {
    super(failure.message);
    this.name = 'ApiError';
    this.code = failure.code;
    this.field = failure.field;
  }
}

const TOKEN_KEY = 'enodeck.token';

/** Removes the token from the address (#token=…) and keeps it for this tab only. */
function takeToken(): string | null {
  const found = /^#token=(.+)$/.exec(location.hash)?.[1];
  if (found !== undefined) {
    sessionStorage.setItem(TOKEN_KEY, decodeURIComponent(found));
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

function openSocket(token: string): SocketLike {
  const address = new URL('ws', location.href);
  address.hash = '';
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address, ['enodeck', `token.${token}`]);
  const socketLike: SocketLike = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => socket.send(text),
    close: () => socket.close(),
  };
  socket.onopen = () => socketLike.onopen?.();
  socket.onmessage = (event) => socketLike.onmessage?.(event);
  socket.onclose = () => socketLike.onclose?.();
  return socketLike;
}

function createBrowserBridge(): SocketBridge {
  return createSocketBridge(
    {
      open: openSocket,
      probe: async () => (await fetch('./', { method: 'HEAD', cache: 'no-store' })).ok,
      now: () => Date.now(),
      later: (ms, task) => {
        const timer = setTimeout(task, ms);
        return () => clearTimeout(timer);
      },
    },
    takeToken(),
  );
}

function createDesktopBridge(desktop: DesktopBridge): ApiBridge {
  return {
    kind: desktop.kind,
    platform: desktop.platform,
    request: (name, params) => desktop.request(name, params),
    subscribe: (topic, params, listener) =>
      desktop.subscribe(topic, params, (text) => listener(JSON.parse(text) as ApiPush)),
  };
}

const socketBridge: SocketBridge | null = window.enodeck === undefined ? createBrowserBridge() : null;
const bridge: ApiBridge = socketBridge ?? createDesktopBridge(window.enodeck as DesktopBridge);

/** Where the page runs, and the platform of the node. */
export const environment = { kind: bridge.kind, platform: bridge.platform } as const;

/** The state of the connection to the node; always connected in the desktop window. */
export const link: ShallowRef<LinkState> = shallowRef(
  socketBridge === null ? { state: 'connected' } : { state: 'connecting' },
);
socketBridge?.onLink((next) => {
  link.value = next;
});

/** Connects with a token that the user entered; it is kept for this tab only. */
export function useToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
  socketBridge?.useToken(token);
}

/** Connects now instead of after the delay. */
export function retryNow(): void {
  socketBridge?.retryNow();
}

/**
 * Sends a request to the node.
 * @throws ApiError if the node refuses it or is not reachable
 */
export async function request<Name extends RequestName>(
  name: Name,
  params: RequestParams<Name>,
): Promise<RequestResult<Name>> {
  const reply = await bridge.request(name, params);
  if (!reply.ok) throw new ApiError(reply.error);
  return reply.result as RequestResult<Name>;
}

/** Subscribes to a topic; the first push is a snapshot. Returns a function that unsubscribes. */
export function subscribe<Name extends TopicName>(
  topic: Name,
  params: TopicParams<Name>,
  listener: (push: TopicPush<Name>) => void,
): () => void {
  return bridge.subscribe(topic, params, (push) => listener(push as TopicPush<Name>));
}
