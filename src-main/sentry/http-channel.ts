import { bytesToUtf8, utf8ToBytes } from '../base/bytes.ts';
import type { HttpPoster } from '../base/http-post.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import { MAX_ANSWER_BYTES } from './constants.ts';
import { RpcError, statusError } from './errors.ts';
import type { RpcChannel, RpcExchange } from './rpc-channel.ts';
import type { RpcEndpoint } from './rpc-endpoint.ts';
import { parseAnswer, repliesOf, type RpcReply } from './rpc-message.ts';

/** A channel on which each request is an HTTP POST, with a fresh token. */
export class HttpChannel implements RpcChannel {
  readonly hasNotices = false;
  readonly #endpoint: RpcEndpoint;
  readonly #poster: HttpPoster;
  readonly #clock: Clock;
  /** Of the requests without an answer. BOUNDED: by the budget. */
  readonly #deadlines = new Set<AbortController>();
  #isClosed = false;

  constructor(endpoint: RpcEndpoint, poster: HttpPoster, clock: Clock) {
    this.#endpoint = endpoint;
    this.#poster = poster;
    this.#clock = clock;
  }

  async exchange({ body, timeoutMs }: RpcExchange): Promise<readonly RpcReply[]> {
    if (this.#isClosed) throw new RpcError('rpc-closed', { detail: '' });
    const deadline = new AbortController();
    this.#deadlines.add(deadline);
    const timer = this.#clock.after(timeoutMs, () => {
      deadline.abort(new RpcError('rpc-timeout', { ms: timeoutMs }));
    });
    try {
      const {
        status,
        body: answer,
        tooLarge,
      } = await this.#poster.post({
        headers: {
          ...this.#endpoint.headers(),
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: utf8ToBytes(body),
        maxBytes: MAX_ANSWER_BYTES,
        signal: deadline.signal,
      });
      if (status >= 300 && status < 400) throw statusError(status);
      if (tooLarge) throw new RpcError('rpc-answer-too-large', { limit: MAX_ANSWER_BYTES });
      return repliesIn(status, answer, this.#endpoint);
    } finally {
      timer.cancel();
      this.#deadlines.delete(deadline);
    }
  }

  onNotice(): Unsubscribe {
    return () => undefined;
  }

  onClose(): Unsubscribe {
    return () => undefined;
  }

  close(): void {
    this.#isClosed = true;
    for (const deadline of this.#deadlines) deadline.abort(new RpcError('rpc-closed', { detail: '' }));
    this.#poster.close();
  }
}

/** Some clients send replies with a status of failure, so that the body counts where it has replies. */
function repliesIn(status: number, body: Uint8Array, { conceal }: RpcEndpoint): readonly RpcReply[] {
  if (status === 200) return repliesOf(parseAnswer(bytesToUtf8(body)), conceal);
  try {
    const replies = repliesOf(parseAnswer(bytesToUtf8(body)), conceal);
    if (replies.length > 0) return replies;
  } catch (cause) {
    throw statusError(status, { cause });
  }
  throw statusError(status);
}
