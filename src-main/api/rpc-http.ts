import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { utf8ToBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import type { Logger } from '../base/runtime.ts';
import { RPC_CODES, type RpcDispatcher } from './json-rpc.ts';
import { failureText } from './rpc-message.ts';
import type { ReaderWatch, SocketReader } from './reader-watch.ts';

/** Paths of JSON-RPC over HTTP and WebSocket; geth's consoles and scripts use `/`. */
export const RPC_PATHS: readonly string[] = ['/', '/rpc'];

/** Types of a request body (geth rpc/http.go acceptedContentTypes). */
const CONTENT_TYPES = ['application/json', 'application/json-rpc', 'application/jsonrequest'];
const ANSWER_TYPE = 'application/json; charset=utf-8';
/** BOUNDED: concurrent calls per connection; clients wait for an answer or open another connection. */
const MAX_CALLS = 16;

/** Dependencies of JSON-RPC over HTTP. */
export interface RpcHttpServices {
  /** The methods that the caller of a request may use. */
  rpcOf(request: FastifyRequest): RpcDispatcher;
  readonly readers: ReaderWatch;
  /** The connection of a request. */
  readerOf(request: FastifyRequest): SocketReader | undefined;
  readonly logger: Logger;
}

/** Authorises a request before its body is read. */
export type RpcGate = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/** Serves JSON-RPC over HTTP. Reads bodies as text, so that IDs keep their bytes. */
export function serveRpcHttp(app: FastifyInstance, gate: RpcGate, services: RpcHttpServices): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(CONTENT_TYPES, { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  const inFlight = new WeakMap<SocketReader, number>();
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const reader = services.readerOf(request);
    if (reader === undefined) return reply.code(503).send();
    const calls = (inFlight.get(reader) ?? 0) + 1;
    if (calls > MAX_CALLS) {
      services.logger.warn('a connection was cut because it sends calls without reading their answers');
      reader.cut();
      return reply.hijack();
    }
    inFlight.set(reader, calls);
    reply.raw.once('close', () => inFlight.set(reader, (inFlight.get(reader) ?? 1) - 1));
    const text = await services.rpcOf(request).answer(typeof request.body === 'string' ? request.body : '');
    if (text === undefined) return reply.code(204).send();
    const bytes = utf8ToBytes(text);
    hold(reader, reply, bytes.length);
    services.readers.check();
    return reply.type(ANSWER_TYPE).send(bytes);
  };
  for (const url of RPC_PATHS) app.post(url, { preParsing: gate }, answer);
  app.setErrorHandler(errorHandler(services.logger));
}

/** Counts an answer for its connection until it was sent or the connection closed. */
function hold(reader: SocketReader, reply: FastifyReply, length: number): void {
  reader.held += length;
  reply.raw.once('close', () => {
    reader.held -= length;
  });
}

const errorHandler =
  (logger: Logger) =>
  (
    error: Error & { readonly statusCode?: number; readonly code?: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): FastifyReply => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error('an HTTP request failed', { reason: describeError(error) });
    const path = request.routeOptions.url ?? '';
    if (RPC_PATHS.includes(path) && request.method === 'POST' && status === 400) {
      return reply
        .code(200)
        .type(ANSWER_TYPE)
        .send(failureText('null', RPC_CODES.parse, 'parse error'));
    }
    return reply
      .code(status)
      .send({ error: status >= 500 ? 'The request failed.' : String(error.code ?? status) });
  };
