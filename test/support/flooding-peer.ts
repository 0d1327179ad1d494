import { decodeEthMessage, encodeEthMessage } from '../../src-main/eth/messages.ts';
import type { EthRequest } from '../../src-main/eth/queries.ts';
import { ETH_VERSIONS, ethMessageClass, ethMessageName } from '../../src-main/eth/versions.ts';
import type { Protocol } from '../../src-main/p2p/protocol.ts';
import { SeededRandom } from './seeded-random.ts';

const VERSION = 71;

/** What a flooding peer sent and got. */
export interface FloodCounts {
  asked: number;
  answered: number;
}

/** An eth protocol of a peer that requests without a pause: it has up to `open` requests without an answer. */
export function floodingProtocol(
  next: (id: bigint) => EthRequest,
  open: number,
): { readonly protocol: Protocol; readonly counts: FloodCounts } {
  const counts: FloodCounts = { asked: 0, answered: 0 };
  const protocol: Protocol = {
    name: 'eth',
    version: VERSION,
    length: ETH_VERSIONS[VERSION].length,
    messageName: (code) => ethMessageName(VERSION, code) ?? '?',
    classOf: ethMessageClass,
    run: async (channel) => {
      const status = await channel.receive();
      // Its own Status is that of the node.
      channel.send(status.code, status.payload);
      channel.established();
      for (;;) {
        while (counts.asked - counts.answered < open) {
          // Without an open request nothing would end the waiting for an answer.
          if (channel.congested && counts.asked > counts.answered) break;
          await channel.ready();
          const { code, payload } = encodeEthMessage(VERSION, next(BigInt(counts.asked)));
          channel.send(code, payload);
          counts.asked++;
        }
        const { code, payload } = await channel.receive();
        const { name } = decodeEthMessage(VERSION, code, payload);
        if (ANSWERS.has(name)) counts.answered++;
      }
    },
  };
  return { protocol, counts };
}

const ANSWERS: ReadonlySet<string> = new Set(['BlockHeaders', 'BlockBodies', 'Receipts']);

/** Blocks that each of `largeRequests` asks for. */
export const LARGE_REQUEST_BLOCKS = 1_024;

/** The largest requests that a peer can make of these blocks, of three kinds in a random order. */
export function largeRequests(
  hashes: readonly Uint8Array[],
  seed: number,
): (requestId: bigint) => EthRequest {
  const random = new SeededRandom(seed);
  const anyHash = (): Uint8Array => hashes[random.below(hashes.length)]!;
  return (requestId) => {
    const many = Array.from({ length: LARGE_REQUEST_BLOCKS }, anyHash);
    switch (random.below(3)) {
      case 0: {
        const start = { number: BigInt(random.below(hashes.length)) };
        const query = { start, limit: BigInt(LARGE_REQUEST_BLOCKS), skip: 0n, reverse: true };
        return { name: 'GetBlockHeaders', requestId, query };
      }
      case 1:
        return { name: 'GetBlockBodies', requestId, hashes: many };
      default:
        return { name: 'GetReceipts', requestId, firstIndex: 0n, hashes: many };
    }
  };
}
