import { equalBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { decodeEthMessage, encodeEthMessage } from '../../../src-main/eth/messages.ts';
import { itemCount } from '../../../src-main/eth/request-handler.ts';
import { ANSWER_NAMES, type EthAnswer, type EthQuery } from '../../../src-main/eth/queries.ts';
import { ETH_CODES } from '../../../src-main/eth/versions.ts';
import type { Kind } from './figures.ts';
import { VERSION, type Request, type Requester } from './requester.ts';

/** A request, and what every server has to answer. */
export interface Exchange extends Request {
  readonly kind: Kind;
  /** The payload of the answer. */
  readonly answer: Uint8Array;
}

/** The exchanges of a kind. */
export interface Exchanges {
  /** Requests of the full size. No two of them have a block in common. */
  readonly full: readonly Exchange[];
  /** Those for the blocks at the end of the chain, which the full ones do not ask for. */
  readonly rest: readonly Exchange[];
}

/** The exchanges of all kinds. */
export type AllExchanges = Readonly<Record<Kind, Exchanges>>;

/** Blocks of a full request. geth asks for as many headers and bodies at a time (eth/downloader/downloader.go, MaxHeaderFetch, MaxBlockFetch). */
export const SIZES: Readonly<Record<Kind, number>> = {
  ...{ headers: 192, bodies: 128, receipts: 256 },
  'large receipts': 1,
};

/** The block of the test chain with more receipts than fit into an answer; no other one has more than some hundred bytes of them. */
const LARGE_BLOCK = 11;

/** Asks geth for the test chain, up to the block of this number. @throws Error when an answer does not have all items */
export async function exchangesWith(geth: Requester, head: number): Promise<AllExchanges> {
  const asking = new Asking(geth);
  const headers = await asking.all('headers', 0, head, (first, count) => ({
    name: 'GetBlockHeaders',
    query: { start: { number: BigInt(first) }, limit: BigInt(count), skip: 0n, reverse: false },
  }));
  const hashes = [...headers.full, ...headers.rest].flatMap(({ answer }) => hashesIn(answer));
  const bodies = await asking.all('bodies', 0, head, (first, count) => ({
    name: 'GetBlockBodies',
    hashes: hashes.slice(first, first + count),
  }));
  const receiptsQuery = (first: number, count: number): EthQuery => ({
    ...{ name: 'GetReceipts', firstIndex: 0n },
    hashes: hashes.slice(first, first + count),
  });
  const receipts = await asking.all('receipts', LARGE_BLOCK + 1, head, receiptsQuery);
  const large = await asking.all('large receipts', LARGE_BLOCK, LARGE_BLOCK, receiptsQuery);
  return { headers, bodies, receipts, 'large receipts': large };
}

/** Asks a server. @throws Error when its answer is not that of geth */
export async function askAgain(requester: Requester, exchange: Exchange, server: string): Promise<void> {
  const { kind, requestId, answer: expected } = exchange;
  const answer = await requester.ask(exchange);
  if (equalBytes(answer, expected)) return;
  const same = expected.findIndex((byte, at) => byte !== answer[at]);
  const where = `${String(answer.length)} bytes, not ${String(expected.length)}, equal up to byte ${String(same)}`;
  throw new Error(`${server} answers request ${String(requestId)} for ${kind} otherwise than geth: ${where}`);
}

/** Gives each request an ID of its own. */
class Asking {
  readonly #geth: Requester;
  #lastId = 0n;

  constructor(geth: Requester) {
    this.#geth = geth;
  }

  /** @param queryOf the query for `count` blocks from `first` on */
  async all(
    kind: Kind,
    from: number,
    to: number,
    queryOf: (first: number, count: number) => EthQuery,
  ): Promise<Exchanges> {
    const size = SIZES[kind];
    const [full, rest]: [Exchange[], Exchange[]] = [[], []];
    for (let first = from; first <= to; first += size) {
      const count = Math.min(size, to + 1 - first);
      (count === size ? full : rest).push(await this.#one(kind, queryOf(first, count), count));
    }
    return { full, rest };
  }

  async #one(kind: Kind, query: EthQuery, count: number): Promise<Exchange> {
    const requestId = (this.#lastId += 1n);
    const request = { requestId, ...encodeEthMessage(VERSION, { ...query, requestId }) };
    const answer = (await this.#geth.ask(request)).slice();
    const { [query.name]: name } = ANSWER_NAMES;
    const items = itemCount(decodeEthMessage(VERSION, ETH_CODES[name], answer) as EthAnswer);
    if (items === count) return { ...request, kind, answer };
    throw new Error(`geth answers ${String(items)} of ${String(count)} ${kind}`);
  }
}

function hashesIn(answer: Uint8Array): Uint8Array[] {
  const message = decodeEthMessage(VERSION, ETH_CODES.BlockHeaders, answer);
  return message.name === 'BlockHeaders' ? message.headers.map((header) => keccak256(header)) : [];
}
