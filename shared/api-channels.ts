import type { CauseCode } from './causes/catalogue.ts';

/** Names of the IPC channels. They are apart from the schemas so that the preload script stays small. */
export const API_CHANNELS = {
  request: 'enodeck:request',
  subscribe: 'enodeck:subscribe',
  unsubscribe: 'enodeck:unsubscribe',
  push: 'enodeck:push',
} as const;

/** The reply to a request, the same on every transport. */
export type ApiReply<Result> =
  { readonly ok: true; readonly result: Result } | { readonly ok: false; readonly error: ApiFailure };

/** Why a request failed: a stable code, a sentence for the user and, for bad input, the name of the wrong field. */
export interface ApiFailure {
  readonly code: CauseCode;
  readonly message: string;
  readonly field: string | null;
}

/** One push message: the whole state of a topic, or the changes since the previous message. */
export interface ApiPush {
  readonly topic: string;
  readonly kind: 'snapshot' | 'delta';
  readonly data: unknown;
}

/**
 * The API of a window: the page builds it over `window.enodeck`, or over a WebSocket in a browser.
 * Names and parameters are validated by the main process.
 */
export interface ApiBridge {
  readonly kind: 'desktop' | 'browser';
  /** `process.platform` of the node's machine, so that the window can leave room for window buttons. */
  readonly platform: string;
  request(name: string, params: unknown): Promise<ApiReply<unknown>>;
  /** Subscribes to a topic; the first push is a snapshot. Returns a function that unsubscribes. */
  subscribe(topic: string, params: unknown, listener: (push: ApiPush) => void): () => void;
}

/**
 * What the preload script exposes: an ApiBridge whose pushes are JSON texts of ApiPush. A text crosses from the preload script to
 * the page as one value, an object field by field.
 */
export interface DesktopBridge extends Omit<ApiBridge, 'subscribe'> {
  subscribe(topic: string, params: unknown, listener: (text: string) => void): () => void;
}
