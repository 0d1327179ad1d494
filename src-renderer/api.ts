import { shallowRef, type ShallowRef } from 'vue';
import type { ApiBridge, ApiFailure } from '../shared/api-channels.ts';
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
 * The only file that touches the bridge: the preload script's in the desktop window, a WebSocket in a browser. Only
 * stores import it.
 */

/** A push of one topic, typed. */
export type TopicPush<Name extends TopicName> =
  | { readonly kind: 'snapshot'; readonly data: ApiTopics[Name]['snapshot'] }
  | { readonly kind: 'delta'; readonly data: ApiTopics[Name]['delta'] };

/** A request that the node refused; `message` is a sentence for people. */
export class ApiError extends Error {
  readonly code: string;
  /** The parameter that is wrong, where it is one. */
  readonly field: string | null;

  constructor(failure: ApiFailure) {
    super(failure.message);
    this.name = 'ApiError';
    this.code = failure.code;
    this.field = failure.field;
  }
}

const TOKEN_KEY = 'enodeck.token';

/** Takes the token out of the address (#token=…) and keeps it for this tab only. */
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

const socketBridge: SocketBridge | null = window.enodeck === undefined ? createBrowserBridge() : null;
const bridge: ApiBridge = socketBridge ?? (window.enodeck as ApiBridge);

/** Where the page runs, and on which system the node does. */
export const environment = { kind: bridge.kind, platform: bridge.platform } as const;

/** How the page stands with its node; in the desktop window always connected. */
export const link: ShallowRef<LinkState> = shallowRef(
  socketBridge === null ? { state: 'connected' } : { state: 'connecting' },
);
socketBridge?.onLink((next) => {
  link.value = next;
});

/** Tries a token that a person typed; it is kept for this tab. */
export function useToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
  socketBridge?.useToken(token);
}

/** Connects now instead of after the rest of the delay. */
export function retryNow(): void {
  socketBridge?.retryNow();
}

/**
 * Asks the node.
 * @throws ApiError when it refuses or cannot be reached.
 */
export async function request<Name extends RequestName>(
  name: Name,
  params: RequestParams<Name>,
): Promise<RequestResult<Name>> {
  const reply = await bridge.request(name, params);
  if (!reply.ok) throw new ApiError(reply.error);
  return reply.result as RequestResult<Name>;
}

/** Listens to a topic; the first push is a snapshot. Returns the end of the subscription. */
export function subscribe<Name extends TopicName>(
  topic: Name,
  params: TopicParams<Name>,
  listener: (push: TopicPush<Name>) => void,
): () => void {
  return bridge.subscribe(topic, params, (push) => listener(push as TopicPush<Name>));
}
