import { beforeEach, describe, expect, it } from 'vitest';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { createEthProtocols } from '../../../src-main/eth/session.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { createHello, exchangeHello } from '../../../src-main/p2p/hello.ts';
import type { PeerSession } from '../../../src-main/p2p/peer-session.ts';
import type { RlpxConnection } from '../../../src-main/rlpx/connection.ts';
import { decodeSnapMessage, encodeSnapMessage, type SnapMessage } from '../../../src-main/snap/messages.ts';
import { createSnapProtocols } from '../../../src-main/snap/session.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { openSession, securePair, sessionPair, streamPair, testNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const FIRST = 16;
const hash = new Uint8Array(32).fill(3);

let clock: VirtualClock;
let random: SeededRandom;

beforeEach(() => {
  clock = new VirtualClock();
  random = new SeededRandom(11);
});

interface Met {
  readonly session: PeerSession;
  readonly raw: RlpxConnection;
}

/** A session of ours that speaks snap alone, and a peer whose every message a test decides. */
async function meet(): Promise<Met> {
  const protocols = createSnapProtocols();
  const [ours, theirs] = [testNode(random, 'ours', protocols), testNode(random, 'theirs', protocols)];
  const [connection, raw] = await clock.runUntil(
    securePair(streamPair(clock), [ours, theirs], { clock, random }),
  );
  const [session] = await clock.runUntil(
    Promise.all([openSession(connection, ours, { clock }), exchangeHello(raw, createHello(theirs))]),
  );
  return { session, raw };
}

async function ask({ raw }: Met, message: SnapMessage): Promise<SnapMessage> {
  const { code, payload } = encodeSnapMessage(message);
  raw.send(FIRST + code, payload);
  const answer = await clock.runUntil(raw.read());
  return decodeSnapMessage(answer.code - FIRST, answer.payload);
}

const question = { requestId: 7n, responseBytes: 500_000n } as const;
const range = { root: hash, start: hash, limit: hash } as const;

describe('snap/1 of a node without state', () => {
  it('answers each request with the empty reply', async () => {
    const met = await meet();
    expect(met.session.stage).toBe('running');
    const requestId = question.requestId;
    expect(await ask(met, { name: 'GetAccountRange', ...question, ...range })).toEqual({
      name: 'AccountRange',
      requestId,
      accounts: [],
      proof: [],
    });
    expect(await ask(met, { name: 'GetStorageRanges', ...question, ...range, accounts: [hash] })).toEqual({
      name: 'StorageRanges',
      requestId,
      slots: [],
      proof: [],
    });
    expect(await ask(met, { name: 'GetByteCodes', ...question, hashes: [hash] })).toEqual({
      name: 'ByteCodes',
      requestId,
      codes: [],
    });
    expect(await ask(met, { name: 'GetTrieNodes', ...question, root: hash, paths: [[hash]] })).toEqual({
      name: 'TrieNodes',
      requestId,
      nodes: [],
    });
    const counted = met.session.messages.filter(({ protocol }) => protocol === 'snap/1');
    expect(counted.length).toBe(8);
    expect(met.session.endCause).toBeUndefined();
  });

  it.each([
    ['that does not decode', 0, encodeRlp([1, 2]), 'malformed-message'],
    ['with an empty set of paths', 6, encodeRlp([1, hash, [[]], 9]), 'malformed-message'],
    ['that answers nothing', 5, encodeRlp([1, []]), 'unrequested-answer'],
    ['above 10 MiB', 5, new Uint8Array(10 * 1024 * 1024 + 1), 'message-too-large'],
  ] as const)('ends the session over a message %s', async (_, code, payload, cause) => {
    const { session, raw } = await meet();
    raw.send(FIRST + code, payload);
    expect(await clock.runUntil(session.closed)).toMatchObject({
      code: cause,
      by: 'local',
      disconnectReason: 'subprotocol error',
    });
  });

  it('runs beside eth, behind whose codes its own begin', async () => {
    const protocols = [
      ...createSnapProtocols(),
      ...createEthProtocols(createGenesisChain(NETWORKS.sepolia, clock)),
    ];
    const nodes = [testNode(random, 'a', protocols), testNode(random, 'b', protocols)] as const;
    const [a] = await clock.runUntil(sessionPair(nodes, { clock, random }));
    expect(a.negotiated).toEqual(['eth/69', 'snap/1']);
    expect(await clock.runUntil(a.established)).toMatch(/^eth\/69 · fork [0-9a-f]{8}, snap\/1$/);
  });
});
