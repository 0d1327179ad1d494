import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalBytes } from '../../../src-main/base/bytes.ts';
import { MAX_REQUESTED, MAX_REQUESTED_BYTES } from '../../../src-main/relay/constants.ts';
import { TransactionRelay } from '../../../src-main/relay/relay.ts';
import { readRelayed } from '../../../src-main/relay/transaction.ts';
import {
  announcementOf,
  FakePool,
  GossipPuppet,
  type JoinedPuppet,
  type PuppetRequest,
} from '../../support/gossip-puppet.ts';
import { SeededRandom } from '../../support/seeded-random.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { blobTransaction, dynamicFeeTransaction, legacyTransaction } from '../../support/transactions.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const blobs = [blobTransaction(0), blobTransaction(1, 1, 0)];
const TRANSACTIONS: readonly Uint8Array[] = [
  ...Array.from({ length: 6 }, (_, nonce) => dynamicFeeTransaction(nonce, new Uint8Array(nonce * 500))),
  legacyTransaction(0),
  legacyTransaction(1, 1),
  dynamicFeeTransaction(9, new Uint8Array(120_000).fill(1)),
  ...blobs.map(({ pooled }) => pooled),
];
const KEYS = TRANSACTIONS.map((encoded) => readRelayed(encoded).key);
/** Which one it is, as texts of large ones take most of the time of this test; -1 for another. */
const indexOf = (encoded: Uint8Array): number =>
  TRANSACTIONS.findIndex((known) => equalBytes(known, encoded));
const WRONG: readonly Uint8Array[] = [
  ...TRANSACTIONS.map((encoded, at) => blobs[at - TRANSACTIONS.length + blobs.length]?.mismatched ?? encoded),
];

/** What a hostile peer does with a request. `honest` answers it. */
const HABITS = ['honest', 'silent', 'empty', 'half', 'wrong', 'garbage', 'other', 'fails', 'leaves'] as const;
type Habit = (typeof HABITS)[number];
/** Answers that end the session. */
const BREACHES: readonly Habit[] = ['garbage', 'other'];

/** What happens next: a peer announces some transactions, perhaps with a wrong size, or sends one, or time passes. */
const steps = fc.oneof(
  fc.record({
    kind: fc.constant('announce' as const),
    peer: fc.nat(5),
    which: fc.uniqueArray(fc.nat(TRANSACTIONS.length - 1), { minLength: 1 }),
    lieBy: fc.constantFrom(0, 0, 0, 8, 9, 5_000),
  }),
  fc.record({ kind: fc.constant('send' as const), peer: fc.nat(5), which: fc.nat(TRANSACTIONS.length - 3) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(0, 100, 500, 2_000, 6_000) }),
);

/** A relay, and peers of which each keeps to its habit. */
class World {
  readonly clock = new VirtualClock();
  readonly pool = new FakePool();
  readonly relay: TransactionRelay;
  readonly peers: (JoinedPuppet & {
    readonly habit: Habit;
    /** Keys that it announced, and those with a wrong size among them. */
    readonly announced: Set<string>;
    readonly lied: Set<string>;
    answered: number;
  })[];

  constructor(habits: readonly Habit[], seed: number) {
    const random = new SeededRandom(seed);
    this.relay = new TransactionRelay({
      ...{ source: this.pool, clock: this.clock, random, logger: silentLogger },
    });
    this.relay.start();
    this.peers = habits.map((habit, at) => {
      const puppet = new GossipPuppet(at + 1);
      const receiver = this.relay.join(puppet);
      const state = { announced: new Set<string>(), lied: new Set<string>(), answered: 0 };
      return { puppet, receiver, habit, ...state };
    });
  }

  /** Lets peers answer until no request is new, and checks each request. */
  async settle(): Promise<void> {
    for (let again = true; again;) {
      again = false;
      await this.clock.settle();
      for (const peer of this.peers) {
        const request = peer.puppet.requests[peer.answered];
        if (request === undefined) continue;
        this.#check(peer, request);
        peer.answered++;
        again = true;
        answer(peer.habit, request, () => {
          peer.puppet.hasLeft = true;
          peer.receiver.onLeft();
        });
      }
    }
  }

  #check(
    { puppet, announced, answered }: World['peers'][number],
    { hashes, isAfterEnd }: PuppetRequest,
  ): void {
    // A session may end after it was asked, and before this check.
    expect(isAfterEnd).toBe(false);
    expect(puppet.requests.length).toBe(answered + 1);
    expect(hashes.length).toBeLessThanOrEqual(MAX_REQUESTED);
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const hash of hashes) expect(announced).toContain(hash);
    const sizes = hashes.map((hash) => TRANSACTIONS[KEYS.indexOf(hash)]!.length);
    // The last one may pass the limit; a lie about the size is at most 5,000 bytes each.
    const before = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0);
    expect(before).toBeLessThan(MAX_REQUESTED_BYTES + 5_000 * hashes.length);
  }
}

function answer(habit: Habit, { hashes, answer: reply, fail }: PuppetRequest, leave: () => void): void {
  const found = hashes.map((hash) => KEYS.indexOf(hash));
  switch (habit) {
    case 'honest':
      reply(found.map((at) => TRANSACTIONS[at]!));
      return;
    case 'silent':
      return;
    case 'empty':
      reply([]);
      return;
    case 'half':
      reply(found.filter((_, at) => at % 2 === 1).map((at) => TRANSACTIONS[at]!));
      return;
    case 'wrong':
      reply(found.map((at) => WRONG[at]!));
      return;
    case 'garbage':
      reply([Uint8Array.of(2, 0x80)]);
      return;
    case 'other':
      reply([dynamicFeeTransaction(1_000)]);
      return;
    case 'fails':
      fail();
      return;
    case 'leaves':
      leave();
  }
}

test('what an honest peer announces reaches the client once, whatever the others do', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...HABITS), { minLength: 5, maxLength: 5 }),
      fc.array(steps, { maxLength: 25 }),
      fc.nat(2 ** 31),
      async (hostile, script, seed) => {
        const world = new World(['honest', ...hostile], seed);
        for (const step of script) {
          if (step.kind === 'wait') await world.clock.advance(step.ms);
          else {
            const peer = world.peers[step.peer]!;
            if (peer.puppet.hasLeft) continue;
            if (step.kind === 'send') peer.receiver.onTransactions([TRANSACTIONS[step.which]!]);
            else {
              // The first peer is honest in its announcements too.
              const lieBy = step.peer === 0 ? 0 : step.lieBy;
              const list = step.which.map((at) => announcementOf(TRANSACTIONS[at]!));
              for (const at of step.which) peer.announced.add(KEYS[at]!);
              if (lieBy > 8) for (const at of step.which) peer.lied.add(KEYS[at]!);
              peer.receiver.onAnnounced(list.map((each) => ({ ...each, size: each.size + lieBy })));
            }
          }
          await world.settle();
        }
        for (let second = 0; second < 60; second++) {
          await world.clock.advance(1_000);
          await world.settle();
        }
        const [honest] = world.peers;
        const submitted = world.pool.submitted.map(indexOf);
        expect(new Set(submitted).size).toBe(submitted.length);
        expect(submitted).not.toContain(-1);
        for (const key of honest!.announced) expect(submitted).toContain(KEYS.indexOf(key));
        expect(honest!.puppet.ended).toBeUndefined();
        for (const { puppet, habit, lied, answered } of world.peers) {
          if (lied.size === 0 && habit !== 'wrong' && !BREACHES.includes(habit))
            expect(puppet.ended).toBeUndefined();
          if (BREACHES.includes(habit) && answered > 0) expect(puppet.ended).toBeDefined();
        }
        world.relay.stop();
        expect(world.clock.pendingTimers).toBe(0);
      },
    ),
    {
      numRuns: 400,
      examples: [
        [
          // Two that lied about one transaction: neither is asked for what the other one owes.
          ['fails', 'honest', 'silent', 'honest', 'honest'],
          [
            { kind: 'announce', peer: 3, which: [9, 0], lieBy: 9 },
            { kind: 'announce', peer: 1, which: [0], lieBy: 5_000 },
            { kind: 'announce', peer: 1, which: [9, 0], lieBy: 0 },
            { kind: 'send', peer: 0, which: 0 },
          ],
          0,
        ],
        [
          // The answer of one ends the session of another that lied, and that was asked in the same turn.
          ['silent', 'honest', 'honest', 'leaves', 'honest'],
          [
            { kind: 'announce', peer: 1, which: [0], lieBy: 0 },
            { kind: 'announce', peer: 0, which: [10, 5, 9, 0], lieBy: 0 },
            { kind: 'announce', peer: 4, which: [5], lieBy: 0 },
            { kind: 'announce', peer: 2, which: [5], lieBy: 5_000 },
            { kind: 'wait', ms: 6_000 },
          ],
          12,
        ],
      ],
    },
  );
});

test('a relay that all peers have left remembers no announcement', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...HABITS), { minLength: 6, maxLength: 6 }),
      fc.array(steps, { maxLength: 15 }),
      async (habits, script) => {
        const world = new World(habits, 1);
        for (const step of script) {
          if (step.kind === 'wait') await world.clock.advance(step.ms);
          else if (step.kind === 'announce') {
            const list = step.which.map((at) => announcementOf(TRANSACTIONS[at]!));
            for (const at of step.which) world.peers[step.peer]!.announced.add(KEYS[at]!);
            world.peers[step.peer]!.receiver.onAnnounced(list);
          }
        }
        for (const { receiver } of world.peers) receiver.onLeft();
        expect(world.relay.totals().pending).toBe(0);
        await world.clock.advance(10_000);
        expect(world.clock.pendingTimers).toBe(0);
      },
    ),
    { numRuns: 100 },
  );
});
