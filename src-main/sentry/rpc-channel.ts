import type { OpenHttpPoster } from '../base/http-post.ts';
import type { OpenLocalSocket } from '../base/local-socket.ts';
import type { Unsubscribe } from '../base/runtime.ts';
import type { OpenWebSocket } from '../base/web-socket-client.ts';
import type { RpcNotice, RpcReply } from './rpc-message.ts';

/** A request and what is expected of its answer. */
export interface RpcExchange {
  /** The JSON text. */
  readonly body: string;
  /** The IDs of its calls. */
  readonly ids: ReadonlySet<number>;
  readonly timeoutMs: number;
}

/** A way to a client's RPC that takes any number of requests at a time. */
export interface RpcChannel {
  /** Whether it is one connection: the client can send notices, and an answer above MAX_ANSWER_BYTES ends it. */
  readonly hasNotices: boolean;
  /**
   * Sends a request. The replies are as the client sent them, perhaps fewer or others than requested.
   * @throws RpcError `rpc-timeout`, `rpc-closed`, `rpc-redirect`, `rpc-http-status`, `rpc-answer-too-large`,
   *   `rpc-answer-malformed`; NetworkError
   */
  exchange(exchange: RpcExchange): Promise<readonly RpcReply[]>;
  onNotice(listener: (notice: RpcNotice) => void): Unsubscribe;
  /** Calls `listener` once when the channel has closed other than by `close`. HTTP has no connection that closes. */
  onClose(listener: (error: Error) => void): Unsubscribe;
  close(): void;
}

/** The sockets of the operating system, or those of a test. */
export interface RpcSockets {
  readonly http: OpenHttpPoster;
  readonly webSocket: OpenWebSocket;
  readonly local: OpenLocalSocket;
}
