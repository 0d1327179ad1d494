/** Checks whether an answer matches its request, without knowledge of the chain. */
import { formatQuantity } from '../../shared/format.ts';
import { equalBytes } from '../base/bytes.ts';
import { EthCodecError } from './errors.ts';
import { decodeHeader, type BlockHeader } from './headers.ts';
import type { EthMessageOf, HeaderQuery } from './messages.ts';
import { ANSWER_NAMES, type EthAnswer, type EthRequest } from './queries.ts';

/** Describes what is wrong with an answer; undefined when it is plausible. Fewer items than requested are allowed. */
export function answerFault(request: EthRequest, answer: EthAnswer): string | undefined {
  if (ANSWER_NAMES[request.name] !== answer.name) return `it is ${answer.name}`;
  switch (answer.name) {
    case 'BlockHeaders':
      return request.name === 'GetBlockHeaders' ? headersFault(request.query, answer.headers) : undefined;
    case 'BlockBodies':
      return countFault(request, answer.bodies.length);
    case 'Receipts':
      return countFault(request, answer.blocks.length) ?? partialFault(answer);
    case 'PooledTransactions':
      return countFault(request, answer.transactions.length);
    case 'BlockAccessLists':
      return countFault(request, answer.lists.length);
  }
}

function countFault(request: EthRequest, count: number): string | undefined {
  const asked = request.name === 'GetBlockHeaders' ? request.query.limit : BigInt(request.hashes.length);
  return BigInt(count) > asked ? `${formatQuantity(count, 'item')}, ${String(asked)} requested` : undefined;
}

/** An incomplete block has at least one receipt: a server leaves out a block whose first receipt does not fit. */
function partialFault({ lastIncomplete, blocks }: EthMessageOf<'Receipts'>): string | undefined {
  const isEmpty = (blocks.at(-1)?.length ?? 0) === 0;
  return lastIncomplete && isEmpty ? 'its last block is incomplete and has no receipts' : undefined;
}

function headersFault(query: HeaderQuery, encoded: readonly Uint8Array[]): string | undefined {
  if (BigInt(encoded.length) > query.limit) {
    return `${formatQuantity(encoded.length, 'header')}, ${String(query.limit)} requested`;
  }
  try {
    return chainFault(query, encoded.map(decodeHeader));
  } catch (error) {
    if (!(error instanceof EthCodecError)) throw error;
    return error.message;
  }
}

function chainFault(
  { start, skip, reverse }: HeaderQuery,
  headers: readonly BlockHeader[],
): string | undefined {
  const [first] = headers;
  if (first === undefined) return undefined;
  const begins = 'hash' in start ? equalBytes(first.hash, start.hash) : first.number === start.number;
  if (!begins) return 'it starts at another block';
  const step = (skip + 1n) * (reverse ? -1n : 1n);
  for (const [index, header] of headers.slice(1).entries()) {
    const before = headers[index];
    if (before === undefined) break;
    if (header.number !== before.number + step) return 'its block numbers do not match the query';
    const [child, parent] = reverse ? [before, header] : [header, before];
    if (skip === 0n && !equalBytes(child.parentHash, parent.hash)) return 'its headers do not form a chain';
  }
  return undefined;
}
