import { beforeEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { decodeSnapMessage, encodeSnapMessage, type SnapMessage } from '../../../src-main/snap/messages.ts';
import { createSnapProtocols } from '../../../src-main/snap/session.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openBarePeer, sessionPair, testNode, type BarePeer } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FIRST = 16;
const hash = new Uint8Array(32).fill(3);

let clock: VirtualClock;
let random: SeededRandom;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(11);
});

/** A session of ours with snap alone, and the bare connection of its peer. */
const connect = (): Promise<BarePeer> =>
  clock.runUntil(openBarePeer(createSnapProtocols(), { clock, random }));

async function request({ raw }: BarePeer, message: SnapMessage): Promise<SnapMessage> {
  const { code, payload } = encodeSnapMessage(message);
  raw.send(FIRST + code, payload);
  const answer = await clock.runUntil(raw.read());
  return decodeSnapMessage(answer.code - FIRST, answer.payload);
}

const parts = { requestId: 7n, responseBytes: 500_000n } as const;
const range = { root: hash, start: hash, limit: hash } as const;

describe('snap/1 of a node without state', () => {
  it('answers each request with an empty response', async () => {
    const peer = await connect();
    expect(peer.session.stage).toBe('running');
    const requestId = parts.requestId;
    expect(await request(peer, { name: 'GetAccountRange', ...parts, ...range })).toEqual({
      name: 'AccountRange',
      requestId,
      accounts: [],
      proof: [],
    });
    expect(await request(peer, { name: 'GetStorageRanges', ...parts, ...range, accounts: [hash] })).toEqual({
      name: 'StorageRanges',
      requestId,
      slots: [],
      proof: [],
    });
    expect(await request(peer, { name: 'GetByteCodes', ...parts, hashes: [hash] })).toEqual({
      name: 'ByteCodes',
      requestId,
      codes: [],
    });
    expect(await request(peer, { name: 'GetTrieNodes', ...parts, root: hash, paths: [[hash]] })).toEqual({
      name: 'TrieNodes',
      requestId,
      nodes: [],
    });
    const counted = peer.session.traffic.messages.filter(({ protocol }) => protocol === 'snap/1');
    expect(counted.length).toBe(8);
    expect(peer.session.endCause).toBeUndefined();
  });

  it.each([
    ['that does not decode', 0, encodeRlp([1, 2]), 'malformed-message'],
    ['with an empty set of paths', 6, encodeRlp([1, hash, [[]], 9]), 'malformed-message'],
    ['that answers no request', 5, encodeRlp([1, []]), 'unrequested-answer'],
    ['above 10 MiB', 5, new Uint8Array(10 * 1024 * 1024 + 1), 'message-too-large'],
  ] as const)('ends the session over a message %s', async (_, code, payload, cause) => {
    const { session, raw } = await connect();
    raw.send(FIRST + code, payload);
    expect(await clock.runUntil(session.closed)).toMatchObject({
      code: cause,
      by: 'local',
      disconnectReason: 'subprotocol error',
    });
  });

  it('runs together with eth, with its codes after those of eth', async () => {
    const protocols = [
      ...createSnapProtocols(),
      ...createEthProtocols(createGenesisChain(NETWORKS.sepolia, clock)),
    ];
    const nodes = [testNode(random, 'a', protocols), testNode(random, 'b', protocols)] as const;
    const [a] = await clock.runUntil(sessionPair(nodes, { clock, random }));
    expect(a.negotiated).toEqual(['eth/71', 'snap/1']);
    expect(await clock.runUntil(a.established)).toMatch(/^eth\/71 · fork [0-9a-f]{8}, snap\/1$/);
  });
});
