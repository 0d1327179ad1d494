/** Names of the IPC channels; apart from the schemas so that the preload script stays small. */
export const API_CHANNELS = {
  request: 'enodeck:request',
  subscribe: 'enodeck:subscribe',
  unsubscribe: 'enodeck:unsubscribe',
  push: 'enodeck:push',
} as const;

/** What a request answers, on every transport. */
export type ApiReply<Result> =
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly error: ApiFailure };

/** A refusal: a stable code, a sentence for people and, for bad input, the field that is wrong. */
export interface ApiFailure {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
}

/** One push message: the whole of a topic, or what changed since the message before. */
export interface ApiPush {
  readonly topic: string;
  readonly kind: 'snapshot' | 'delta';
  readonly data: unknown;
}

/**
 * What the preload script exposes as `window.enodeck`, and what the browser page builds over a WebSocket: the whole of
 * what a window may do. Names and parameters are validated on the main side.
 */
export interface ApiBridge {
  readonly kind: 'desktop' | 'browser';
  /** `process.platform` of the node's machine, so that the window can leave room for window buttons. */
  readonly platform: string;
  request(name: string, params: unknown): Promise<ApiReply<unknown>>;
  /** Subscribes to a topic; the first push is a snapshot. Returns the end of the subscription. */
  subscribe(topic: string, params: unknown, listener: (push: ApiPush) => void): () => void;
}
