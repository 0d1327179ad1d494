import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { ApiReply } from '../../shared/api-channels.ts';
import { DESKTOP_TOPICS } from '../../shared/api-contract.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { Clock, Logger, Timer } from '../base/runtime.ts';
import { ApiError, apiFailureOf } from './api-error.ts';
import type { ApiDispatcher } from './handlers.ts';
import type { Publisher, PushClient } from './publisher.ts';
import { MAX_WAITING } from './reader-watch.ts';
import { validated } from './validated.ts';

/** BOUNDED: size of a message of a page: an import of 4 Mi characters of up to 3 bytes, and its envelope, bytes. */
export const MAX_SOCKET_MESSAGE = 12_648_448;
/** BOUNDED: concurrent pages. */
export const MAX_SOCKETS = 32;
/** Queued bytes above which a page gets no more changes, but a snapshot when its queue is shorter. */
const BUSY_BYTES = 1_048_576;
/** Queued bytes above which a page is disconnected. */
const CUT_BYTES = 16_777_216;
/** BOUNDED: concurrent requests per page. */
const MAX_REQUESTS = 64;
/** Interval of pings, milliseconds; a page that did not answer the previous ping is disconnected. */
const PING_MS = 30_000;

const ignore = (): void => undefined;

const id = z.int().min(0);
const name = z.string().max(64);
const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('request'), id, name, params: z.unknown() }),
  z.strictObject({ type: z.literal('subscribe'), id, topic: name, params: z.unknown() }),
  z.strictObject({ type: z.literal('unsubscribe'), id }),
]);

/** The part of WebSocket in use. */
export type PageSocket = Pick<
  WebSocket,
  'bufferedAmount' | 'close' | 'on' | 'OPEN' | 'ping' | 'pong' | 'readyState' | 'send' | 'terminate'
>;

/** Dependencies of the page's WebSocket. */
export interface SocketServices {
  readonly api: ApiDispatcher;
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Serves one page over its WebSocket until either side closes it.
 * @param onQueued called after each queued message
 */
export function serveSocket(socket: PageSocket, services: SocketServices, onQueued = ignore): void {
  const { api, publisher, logger } = services;
  let inFlight = 0;

  const send = (text: string): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > CUT_BYTES) {
      logger.warn('a page was cut because it does not read', { queued: socket.bufferedAmount });
      socket.terminate();
      return;
    }
    socket.send(text);
    onQueued();
  };
  const reply = (requestId: number, answer: ApiReply<unknown>): void => {
    const text = toText({ type: 'reply', id: requestId, reply: answer });
    send(isTooLarge(text) ? toText({ type: 'reply', id: requestId, reply: TOO_LARGE }) : text);
  };
  const client: PushClient = {
    push: (subscription, push) => {
      send(toText({ type: 'push', id: subscription, push }));
    },
    ready: () => socket.readyState === socket.OPEN && socket.bufferedAmount < BUSY_BYTES,
  };
  const request = async (requestId: number, requestName: string, params: unknown): Promise<void> => {
    if (inFlight >= MAX_REQUESTS) throw new ApiError('invalid-parameters', 'Too many concurrent requests.');
    inFlight += 1;
    try {
      reply(requestId, await api.call(requestName, params));
    } finally {
      inFlight -= 1;
    }
  };
  const take = async (data: RawData): Promise<void> => {
    const message = validated(clientMessage, parsed(data));
    try {
      if (message.type === 'request') await request(message.id, message.name, message.params);
      else if (message.type === 'subscribe')
        publisher.subscribe(client, message.id, pageTopic(message.topic), message.params);
      else publisher.unsubscribe(client, message.id);
    } catch (error) {
      reply(message.id, { ok: false, error: apiFailureOf(error) });
    }
  };

  const stopPings = keepAlive(socket, services.clock);
  socket.on('message', (data) => {
    take(data).catch((error: unknown) => {
      logger.warn('a page sent an invalid message', { reason: describeError(error) });
      socket.close(1008);
    });
  });
  socket.on('error', (error) => {
    logger.debug('a page’s connection failed', { reason: error.message });
  });
  socket.on('close', () => {
    stopPings();
    publisher.drop(client);
  });
}

/** A topic that a page in a browser may subscribe to. @throws ApiError `not-available` */
function pageTopic(topic: string): string {
  if (!DESKTOP_TOPICS.has(topic)) return topic;
  throw new ApiError('not-available', 'Only the window of the desktop application has this topic.');
}

/** @throws ApiError `invalid-parameters` */
function parsed(data: RawData): unknown {
  try {
    return JSON.parse((data as Buffer).toString());
  } catch (error) {
    throw new ApiError('invalid-parameters', 'A message is not JSON.', null, { cause: error });
  }
}

/** JSON has no bigint; send it as text. */
const safeNumbers = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value;

const toText = (message: object): string => JSON.stringify(message, safeNumbers);

/** A character has at most 3 bytes for each of its UTF-16 units, so that only a long text must be measured. */
const isTooLarge = (text: string): boolean =>
  text.length > MAX_WAITING / 3 && utf8ToBytes(text).length > MAX_WAITING;

/** Takes the place of an answer that alone exceeds what may be queued for all pages: the page would be cut. */
const TOO_LARGE: ApiReply<never> = {
  ok: false,
  error: {
    code: 'invalid-parameters',
    message: `The answer is larger than the ${String(MAX_WAITING / 1_048_576)} MiB that a page in a browser can get at once: choose less.`,
    field: null,
  },
};

/**
 * Pings the client and terminates a socket that does not answer. Answers pings of the client unless it does not read.
 * @returns a function that stops the pings
 */
export function keepAlive(socket: PageSocket, clock: Clock): () => void {
  let answered = true;
  let timer: Timer;
  const next = (): void => {
    timer = clock.after(PING_MS, () => {
      if (!answered) {
        socket.terminate();
        return;
      }
      answered = false;
      socket.ping();
      next();
    });
  };
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('ping', (data) => {
    if (socket.bufferedAmount < BUSY_BYTES) socket.pong(data);
  });
  next();
  return () => {
    timer.cancel();
  };
}
