import { statementText } from '../../../shared/causes/why-statements.ts';
import { describe, expect, it } from 'vitest';
import { createGenesisChain } from '../../../src-main/eth/genesis-chain.ts';
import { explainEthEnd, type EndEvidence } from '../../../src-main/eth/explain-end.ts';
import { compareStatus, type BlockRangeStatus, type Status } from '../../../src-main/eth/status.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import { endCauseOf } from '../../../src-main/p2p/end-cause.ts';
import { secureInbound, secureOutbound } from '../../../src-main/rlpx/secure.ts';
import { offenceInSession, offenceOfEnd } from '../../../src-main/causes/policy.ts';
import type { EndCause } from '../../../src-main/events/events.ts';
import { causeOf, healthyFacts, ProgressWorld, numbered } from '../../support/progress-world.ts';
import { plainAuthOf } from '../../support/plain-auth.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { streamPair, testNode } from '../../support/session-pair.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

/*
 * Every cause that is inferred, not stated by the peer: the evidence that it needs, and cases that lack it. A specific
 * reason that the peer has sent is never replaced.
 */

interface Inference {
  /** The room that infers the cause. */
  readonly room: 'eth' | 'rlpx' | 'p2p' | 'server' | 'stats';
  readonly code: string;
  readonly evidence: string;
  /** The result with the evidence. */
  readonly given: () => unknown;
  /** Cases without the evidence, and their result; undefined for no cause. */
  readonly counter: readonly (readonly [missing: string, code: string | undefined, infer: () => unknown])[];
}

const chain = createGenesisChain(NETWORKS.sepolia, new VirtualClock());
const ourStatus: BlockRangeStatus = {
  form: 'block-range',
  version: 69,
  networkId: chain.networkId,
  genesisHash: chain.genesisHash,
  forkId: chain.forkId(),
  range: chain.range(),
};
/** Of a peer with an older head: another fork ID, which both sides accept. */
const olderStatus: Status = { ...ourStatus, forkId: { ...ourStatus.forkId, next: 99_999_999_999n } };
const foreignStatus: Status = { ...ourStatus, genesisHash: new Uint8Array(32).fill(7) };

const saidSubprotocolError = causeOf('subprotocol-error', { stage: 'running' });
const saidTooManyPeers = causeOf('too-many-peers', { stage: 'running' });
const JUST_NOW = { items: 'headers', at: 19_000 } as const;

/** The cause that eth infers 20 s into the session, a second after Status and after our last answer. */
function ethEnd(change: Partial<EndEvidence>, cause: EndCause = saidSubprotocolError): unknown {
  return explainEthEnd(cause, {
    now: 20_000,
    localStatus: ourStatus,
    remoteStatus: olderStatus,
    remoteStatusAt: 19_000,
    difference: undefined,
    hasSentMessage: false,
    lastEmptyAnswer: undefined,
    ...change,
  })?.code;
}
const foreign: Partial<EndEvidence> = {
  remoteStatus: foreignStatus,
  difference: compareStatus(ourStatus, foreignStatus, chain.forkFilter),
};

/** The cause of a failed handshake whose other end does `act`. */
async function handshake(
  direction: 'inbound' | 'outbound',
  act: (other: ReturnType<typeof streamPair>[1], us: ReturnType<typeof testNode>) => void,
): Promise<unknown> {
  const clock = new VirtualClock();
  const random = new SeededRandom(5);
  const [we, they] = [testNode(random, 'we'), testNode(random, 'they')];
  const [ours, theirs] = streamPair(clock);
  const secured =
    direction === 'outbound'
      ? secureOutbound(ours, { ...we, remotePublicKey: they.publicKey, clock, random })
      : secureInbound(ours, { ...we, clock, random });
  act(theirs, we);
  return clock.runUntil(
    secured.then(
      () => 'secured',
      (error: unknown) => endCauseOf(error, 'encryption').code,
    ),
  );
}

/** The cause of a node after the events that `tell` applies. */
function causeAfter(tell: (world: ProgressWorld) => void): unknown {
  const world = new ProgressWorld();
  tell(world);
  return world.funnel.why('1h', null, null).nodes[0]?.code;
}
const silent = (world: ProgressWorld, clockOffsetMs: number | null): void => {
  world.facts = { ...healthyFacts, clockOffsetMs };
  const node = numbered(1);
  world.tell(
    { type: 'discovery/found', node, source: 'v4', from: undefined },
    { type: 'discovery/silent', idHex: node.idHex, ip: node.ip ?? '' },
  );
};
const expired = (world: ProgressWorld): void => {
  world.tell({ type: 'discovery/dropped', reason: 'expired', bytes: 1, ip: numbered(1).ip ?? '' });
};
const meaning = (tell: (world: ProgressWorld) => void): string => {
  const world = new ProgressWorld();
  tell(world);
  return world.funnel.why('1h', null, null).statements.map(statementText).join(' ');
};
const tenDials = (world: ProgressWorld): void => {
  for (let number = 0; number < 10; number++) {
    world.ready(numbered(number, 'ours'));
    world.dial(numbered(number, 'ours'), causeOf('timed-out', { by: 'network', stage: 'connect' }));
  }
};
const blocksTcp = (text: string): string | undefined =>
  /whether a firewall on this side/.test(text) ? 'firewall' : undefined;

const INFERENCES: readonly Inference[] = [
  {
    room: 'eth',
    code: 'wrong-genesis',
    evidence: 'the two Status messages differ, and the peer ended with a reason that fits every fault',
    given: () => ethEnd(foreign),
    counter: [
      ['the peer sent too many peers', undefined, () => ethEnd(foreign, saidTooManyPeers)],
      ['we ended the session', undefined, () => ethEnd(foreign, { ...saidSubprotocolError, by: 'local' })],
      ['no Status arrived', undefined, () => ethEnd({ ...foreign, remoteStatus: undefined })],
    ],
  },
  {
    room: 'eth',
    code: 'fork-refused',
    evidence:
      'subprotocol error within 10 s of Status, no eth message before it, and only the fork IDs differ',
    given: () => ethEnd({}),
    counter: [
      [
        'it has sent an eth message, so it accepted our Status',
        undefined,
        () => ethEnd({ hasSentMessage: true }),
      ],
      ['the fork IDs are the same', undefined, () => ethEnd({ remoteStatus: ourStatus })],
      ['it arrived later', undefined, () => ethEnd({ remoteStatusAt: 9_999 })],
      ['the peer sent another reason', undefined, () => ethEnd({}, causeOf('useless-peer'))],
      ['the connection broke', undefined, () => ethEnd({}, causeOf('connection-lost', { by: 'network' }))],
    ],
  },
  {
    room: 'eth',
    code: 'no-chain-data',
    evidence: 'the peer accepted our Status, and our last answer, within 10 s of the end, was empty',
    given: () => ethEnd({ hasSentMessage: true, lastEmptyAnswer: JUST_NOW }),
    counter: [
      ['our last answer was not empty', undefined, () => ethEnd({ hasSentMessage: true })],
      [
        'the answer was earlier',
        undefined,
        () => ethEnd({ hasSentMessage: true, lastEmptyAnswer: { items: 'headers', at: 9_999 } }),
      ],
      [
        'the peer sent too many peers',
        undefined,
        () => ethEnd({ hasSentMessage: true, lastEmptyAnswer: JUST_NOW }, saidTooManyPeers),
      ],
    ],
  },
  {
    room: 'rlpx',
    code: 'auth-unanswered',
    evidence: 'we dialled, and the other side closed with FIN before any byte of its ack',
    given: () =>
      handshake('outbound', (other) => {
        other.end();
      }),
    counter: [
      [
        'a byte arrived first',
        'closed-by-remote',
        () =>
          handshake('outbound', (other) => {
            other.write(Uint8Array.of(1));
            other.end();
          }),
      ],
      [
        'it dialled us',
        'closed-by-remote',
        () =>
          handshake('inbound', (other) => {
            other.end();
          }),
      ],
      ['nothing arrived', 'handshake-timeout', () => handshake('outbound', () => undefined)],
    ],
  },
  {
    room: 'rlpx',
    code: 'pre-eip8-handshake',
    evidence: 'the first 307 bytes decrypt with our key as a pre-EIP-8 auth',
    given: () =>
      handshake('inbound', (other, we) => {
        const random = new SeededRandom(6);
        other.write(plainAuthOf(testNode(random, 'they').privateKey, we, random));
      }),
    counter: [
      [
        'they are encrypted for another key',
        'handshake-timeout',
        () =>
          handshake('inbound', (other) => {
            const random = new SeededRandom(6);
            other.write(
              plainAuthOf(testNode(random, 'they').privateKey, testNode(random, 'another'), random),
            );
          }),
      ],
      [
        'only the first byte matches',
        'handshake-timeout',
        () =>
          handshake('inbound', (other) => {
            other.write(Uint8Array.of(4, ...new Uint8Array(306)));
          }),
      ],
    ],
  },
  {
    room: 'p2p',
    code: 'timeout',
    evidence: 'we waited 30 s for a message: an offence of the peer',
    given: () => offenceInSession(causeOf('read-timeout', { by: 'local' })),
    counter: [
      [
        'the peer states that it waited',
        undefined,
        () => offenceInSession(causeOf('read-timeout', { by: 'remote' })),
      ],
    ],
  },
  {
    room: 'server',
    code: 'dropped',
    evidence: 'a session ended without a reason, and not by us: an offence of the peer',
    given: () => offenceOfEnd(causeOf('closed-by-remote', { stage: 'running' }), true),
    counter: [
      [
        'it sent a reason',
        undefined,
        () => offenceOfEnd(causeOf('too-many-peers', { stage: 'running' }), true),
      ],
      [
        'a Disconnect arrived before',
        undefined,
        () =>
          offenceOfEnd(
            causeOf('closed-by-remote', { stage: 'running', disconnectReason: 'useless peer' }),
            true,
          ),
      ],
      [
        'the session had not started',
        undefined,
        () => offenceOfEnd(causeOf('closed-by-remote', { stage: 'hello' }), true),
      ],
    ],
  },
  {
    room: 'server',
    code: 'failed-to-connect',
    evidence: 'the answer to our auth was no ack: an offence of the dialled node',
    given: () => offenceOfEnd(causeOf('decryption-failed', { stage: 'encryption', by: 'local' }), true),
    counter: [
      [
        'it dialled us, so its identity is unknown',
        undefined,
        () => offenceOfEnd(causeOf('decryption-failed', { stage: 'encryption', by: 'local' }), false),
      ],
      [
        'it closed after our auth, as full nodes do',
        undefined,
        () => offenceOfEnd(causeOf('auth-unanswered', { stage: 'encryption' }), true),
      ],
    ],
  },
  {
    room: 'stats',
    code: 'clock',
    evidence:
      'a node did not answer our ping while our clock is behind by more than the expiration of a packet',
    given: () => causeAfter((world) => silent(world, 30_000)),
    counter: [
      ['our clock is right', 'silent', () => causeAfter((world) => silent(world, 100))],
      ['the clock offset is unknown', 'silent', () => causeAfter((world) => silent(world, null))],
      [
        'our clock is ahead, and no packet from its address was expired',
        'silent',
        () => causeAfter((world) => silent(world, -30_000)),
      ],
    ],
  },
  {
    room: 'stats',
    code: 'clock',
    evidence: 'a node did not answer while our clock is ahead, and a packet from its address was expired',
    given: () =>
      causeAfter((world) => {
        silent(world, -30_000);
        expired(world);
      }),
    counter: [
      [
        'our clock is right',
        'silent',
        () =>
          causeAfter((world) => {
            silent(world, 100);
            expired(world);
          }),
      ],
    ],
  },
  {
    room: 'stats',
    code: 'other-network',
    evidence: 'the ENR of a node has a fork ID that our chain does not have',
    given: () => causeAfter((world) => world.ready(numbered(1, 'other'))),
    counter: [
      ['its ENR has none', 'no-eth-entry', () => causeAfter((world) => world.ready(numbered(1, 'none')))],
      [
        'it is a fork ID of our chain before a fork that is active',
        'stale-fork',
        () => causeAfter((world) => world.ready(numbered(1, 'stale'))),
      ],
    ],
  },
  {
    room: 'stats',
    code: 'firewall',
    evidence: 'at least ten dials were made, and none connected',
    given: () => blocksTcp(meaning(tenDials)),
    counter: [
      [
        'one connected',
        undefined,
        () =>
          blocksTcp(
            meaning((world) => {
              tenDials(world);
              world.keep(numbered(20, 'ours'));
            }),
          ),
      ],
    ],
  },
];

describe.each(INFERENCES)('$room infers $code', ({ code, evidence, given, counter }) => {
  it(`when ${evidence}`, async () => {
    expect(await given()).toBe(code);
  });

  it.each(counter)('not when %s', async (_missing, instead, infer) => {
    expect(instead).not.toBe(code);
    expect(await infer()).toBe(instead);
  });
});
