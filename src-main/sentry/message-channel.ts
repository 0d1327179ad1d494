import type { RpcAddress } from '../../shared/rpc-address-text.ts';
import { describeError } from '../base/errors.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { JsonSplitter, JsonStreamError } from '../base/json-splitter.ts';
import type { Clock, Timer, Unsubscribe } from '../base/runtime.ts';
import { MAX_ANSWER_BYTES, MAX_EXCHANGES, OPEN_TIMEOUT_MS } from './constants.ts';
import { RpcError, statusError } from './errors.ts';
import type { RpcChannel, RpcExchange, RpcSockets } from './rpc-channel.ts';
import type { RpcEndpoint } from './rpc-endpoint.ts';
import { noticeOf, parseAnswer, repliesOf, type RpcNotice, type RpcReply } from './rpc-message.ts';

/** What a connection of messages can do. */
interface MessageSocket {
  send(text: string): void;
  close(): void;
}

/** A request that waits for its answer. */
interface WaitingExchange {
  readonly ids: ReadonlySet<number>;
  readonly timer: Timer;
  settle(outcome: readonly RpcReply[] | Error): void;
}

/** A channel over one connection, which finds the request of each message by the IDs in it. */
class SocketChannel implements RpcChannel {
  readonly hasNotices = true;
  readonly #clock: Clock;
  readonly #socket: MessageSocket;
  readonly #conceal: RpcEndpoint['conceal'];
  /** BOUNDED: MAX_EXCHANGES. */
  readonly #waiting = new Set<WaitingExchange>();
  readonly #noticeListeners = new Set<(notice: RpcNotice) => void>();
  readonly #closeListeners = new Set<(error: Error) => void>();
  /** Why it is closed; undefined while it is open. */
  #ended: Error | undefined;

  constructor(socket: MessageSocket, conceal: RpcEndpoint['conceal'], clock: Clock) {
    this.#socket = socket;
    this.#conceal = conceal;
    this.#clock = clock;
  }

  exchange({ body, ids, timeoutMs }: RpcExchange): Promise<readonly RpcReply[]> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      if (this.#waiting.size >= MAX_EXCHANGES) {
        reject(new RpcError('rpc-busy'));
        return;
      }
      const waiting: WaitingExchange = {
        ids,
        timer: this.#clock.after(timeoutMs, () => {
          waiting.settle(new RpcError('rpc-timeout', { ms: timeoutMs }));
        }),
        settle: (outcome) => {
          waiting.timer.cancel();
          this.#waiting.delete(waiting);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      };
      this.#waiting.add(waiting);
      this.#socket.send(body);
    });
  }

  onNotice(listener: (notice: RpcNotice) => void): Unsubscribe {
    this.#noticeListeners.add(listener);
    return () => {
      this.#noticeListeners.delete(listener);
    };
  }

  onClose(listener: (error: Error) => void): Unsubscribe {
    this.#closeListeners.add(listener);
    return () => {
      this.#closeListeners.delete(listener);
    };
  }

  /** Takes a message of the client. A message that is no JSON ends the channel: the next one could not be trusted. */
  receive(text: string): void {
    let message: unknown;
    try {
      message = parseAnswer(text);
    } catch (error) {
      this.fail(error);
      return;
    }
    const notice = noticeOf(message);
    if (notice !== undefined) {
      for (const listener of [...this.#noticeListeners]) listener(notice);
      return;
    }
    const replies = repliesOf(message, this.#conceal);
    for (const waiting of this.#waiting) {
      if (replies.some(({ id }) => id !== null && waiting.ids.has(id))) {
        waiting.settle(replies);
        return;
      }
    }
    // An answer that came after its time limit, or one to nothing that was asked.
  }

  /** Ends the channel because of an error. */
  fail(error: unknown): void {
    if (this.#ended !== undefined) return;
    const reason =
      error instanceof Error ? error : new RpcError('rpc-closed', { detail: describeError(error) });
    this.#end(reason);
    for (const listener of [...this.#closeListeners]) listener(reason);
    this.#closeListeners.clear();
  }

  close(): void {
    if (this.#ended === undefined) this.#end(new RpcError('rpc-closed', { detail: '' }));
  }

  #end(reason: Error): void {
    this.#ended = reason;
    this.#socket.close();
    this.#noticeListeners.clear();
    for (const waiting of [...this.#waiting]) waiting.settle(reason);
  }
}

/**
 * Opens a channel over a WebSocket or an IPC socket.
 * @throws RpcError `rpc-timeout`, `rpc-closed`, `rpc-redirect`, `rpc-http-status`; NetworkError
 */
export async function openMessageChannel(
  endpoint: RpcEndpoint,
  address: Exclude<RpcAddress, { readonly kind: 'http' }>,
  sockets: RpcSockets,
  clock: Clock,
): Promise<RpcChannel> {
  return address.kind === 'ipc'
    ? openIpc(endpoint, address.path, sockets, clock)
    : await openWebSocket(endpoint, address.url, sockets, clock);
}

function openIpc({ conceal }: RpcEndpoint, path: string, sockets: RpcSockets, clock: Clock): RpcChannel {
  const splitter = new JsonSplitter(MAX_ANSWER_BYTES);
  const socket = sockets.local(path, {
    received: (bytes) => {
      try {
        for (const text of splitter.push(bytes)) channel.receive(text);
      } catch (error) {
        channel.fail(answerError(error));
      }
    },
    closed: (error) => {
      channel.fail(error ?? new RpcError('rpc-closed', { detail: '' }));
    },
  });
  // What is sent before the socket is open waits; a socket that cannot be opened closes the channel.
  const send = (text: string): void => {
    socket.send(utf8ToBytes(`${text}\n`));
  };
  const close = (): void => {
    socket.close();
  };
  const channel = new SocketChannel({ send, close }, conceal, clock);
  return channel;
}

/** The error of an answer that is no JSON or too large. */
function answerError(error: unknown): unknown {
  if (!(error instanceof JsonStreamError)) return error;
  return error.code === 'too-large'
    ? new RpcError('rpc-answer-too-large', { limit: MAX_ANSWER_BYTES }, { cause: error })
    : new RpcError('rpc-answer-malformed', { detail: error.message }, { cause: error });
}

function openWebSocket(
  endpoint: RpcEndpoint,
  url: URL,
  sockets: RpcSockets,
  clock: Clock,
): Promise<RpcChannel> {
  return new Promise((resolve, reject) => {
    const options = {
      headers: endpoint.headers(),
      maxBytes: MAX_ANSWER_BYTES,
      openTimeoutMs: OPEN_TIMEOUT_MS,
    };
    let failure: RpcError | undefined;
    const socket = sockets.webSocket(url, options, {
      opened: () => {
        resolve(channel);
      },
      declined: (status) => {
        failure = statusError(status);
      },
      tooLarge: () => {
        failure = new RpcError('rpc-answer-too-large', { limit: MAX_ANSWER_BYTES });
      },
      received: (text) => {
        channel.receive(text);
      },
      closed: (error) => {
        const reason = failure ?? error ?? new RpcError('rpc-closed', { detail: '' });
        reject(reason);
        channel.fail(reason);
      },
    });
    const channel = new SocketChannel(socket, endpoint.conceal, clock);
  });
}
