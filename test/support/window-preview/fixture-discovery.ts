import type {
  DiscoveryCounters,
  LookupTrace,
  TableEntry,
  TableProtocol,
  TableSnapshot,
  V5Sessions,
} from '../../../shared/model/table.ts';
import { address, CLIENTS, createDice, DAY, MINUTE, type Scenario } from './fixture-data.ts';

/* Made-up discovery: table, packets and a lookup, the same from the same seed. */

const BUCKET_FILL = [16, 16, 16, 16, 15, 12, 9, 5, 3, 1];

export function makeTable(scenario: Scenario, now: number, protocol: TableProtocol = 'v4'): TableSnapshot {
  const dice = createDice(protocol === 'v4' ? 31 : 67);
  const empty = scenario === 'empty' || scenario === 'broken' || scenario === 'stopped';
  const entry = (): TableEntry => {
    const fresh = dice.next() < 0.08;
    const checks = fresh ? 0 : dice.pick([1, 3, 5, 9, 14, 31, 60]);
    const ip = address(dice);
    const key = dice.hex(128);
    const fork = dice.pick(['ours', 'ours', 'other', 'unknown', 'stale'] as const);
    return {
      id: dice.hex(64),
      ip,
      udp: 30303,
      tcp: 30303,
      enode: `enode://${key}@${ip}:30303`,
      enr: protocol === 'v5' || dice.next() < 0.7 ? `enr:-KO4Q${dice.hex(103)}` : null,
      seq: '1747000012345',
      addedToTable: now - dice.below(3 * DAY),
      addedToBucket: now - dice.below(DAY),
      checks,
      live: !fresh,
      revalidation: dice.pick(['fast', 'slow'] as const),
      forkHash: fork === 'unknown' ? null : fork === 'ours' ? '0x07c9462e' : `0x${dice.hex(8)}`,
      fork,
      client: dice.next() < 0.3 ? dice.pick(CLIENTS) : null,
    };
  };
  const buckets = Array.from({ length: 17 }, (_, at) => ({
    distance: 256 - at,
    entries: Array.from({ length: empty ? 0 : (BUCKET_FILL[at] ?? 0) }, entry),
    replacements: Array.from(
      { length: empty ? 0 : at < 5 ? 4 + dice.below(7) : at < 8 ? dice.below(4) : 0 },
      entry,
    ),
  }));
  const count = (list: 'entries' | 'replacements'): number =>
    buckets.reduce((sum, bucket) => sum + bucket[list].length, 0);
  return {
    buckets,
    live: buckets.reduce((sum, bucket) => sum + bucket.entries.filter((node) => node.live).length, 0),
    entries: count('entries'),
    replacements: count('replacements'),
    nextRefreshAt: scenario === 'broken' ? null : now + 18 * MINUTE,
    nextRevalidationAt: empty ? null : now + 4_000,
  };
}

function makeSessions(rate: number, scenario: Scenario): V5Sessions {
  return {
    sessions: Math.round(312 * rate),
    maxSessions: 1_024,
    challenges: rate === 1 ? 3 : 0,
    requests: rate === 1 ? 5 : scenario === 'empty' ? 4 : 0,
    handshakes: Math.round(1_911 * rate),
    failedHandshakes: rate === 1 ? 46 : 0,
    talkProtocols: scenario === 'hostile' ? ['<b>x</b>\u202E', 'A'.repeat(64)] : ['enodeck'],
  };
}

const V5_PACKETS = [
  ['v5/ping', 2.1, 2.4],
  ['v5/pong', 2.2, 2.1],
  ['v5/findnode', 1.9, 3.1],
  ['v5/nodes', 8.4, 4.6],
  ['v5/talkreq', 0.2, 0.1],
  ['v5/talkresp', 0.1, 0.2],
  ['v5/whoareyou', 0.6, 0.7],
] as const;

export function makeCounters(scenario: Scenario, protocol: TableProtocol = 'v4'): DiscoveryCounters {
  const rate =
    scenario === 'typical' || scenario === 'many' || scenario === 'hostile'
      ? 1
      : scenario === 'empty'
        ? 0.1
        : 0;
  const packet = (name: string, into: number, out: number) => ({
    packet: name,
    in: Math.round(into * rate * 90_000),
    out: Math.round(out * rate * 90_000),
    inPerSecond: into * rate,
    outPerSecond: out * rate,
  });
  return {
    enabled: protocol === 'v4' || scenario !== 'off',
    packets:
      protocol === 'v5'
        ? V5_PACKETS.map(([name, into, out]) => packet(name, into, out))
        : [
            packet('Ping', 3.9, 4.1),
            packet('Pong', 3.7, 3.9),
            packet('Findnode', 2.4, 2.9),
            packet('Neighbors', 5.8, 4.4),
            packet('ENRRequest', 0.4, 0.6),
            packet('ENRResponse', 0.5, 0.4),
          ],
    dropped:
      rate === 1
        ? [
            { reason: 'rate-limit', count: 1_212 },
            { reason: 'bad-hash', count: 31 },
            { reason: 'expired', count: 12 },
          ]
        : [],
    pingsAnswered: rate === 1 ? 0.96 : null,
    knownByFork:
      rate === 1
        ? { ours: 402, other: 331, unknown: 240, stale: 57 }
        : { ours: 0, other: 0, unknown: scenario === 'empty' ? 4 : 0, stale: 0 },
    v5: protocol === 'v5' && scenario !== 'off' ? makeSessions(rate, scenario) : null,
  };
}

export function makeLookup(now: number, rounds = 6, protocol: TableProtocol = 'v4'): LookupTrace {
  const dice = createDice(protocol === 'v4' ? 41 : 43);
  const hops = [256, 252, 249, 246, 244, 243];
  const steps = hops
    .slice(0, rounds)
    .flatMap((distance, round) =>
      Array.from({ length: round === 0 ? 3 : 3 + dice.below(2) }, (_, at) => ({
        round: round + 1,
        id: dice.hex(64),
        ip: address(dice),
        distance: distance - dice.below(3) + (at > 1 ? 1 : 0),
        answered: dice.next() > 0.12,
        newNodes: dice.below(16),
        atMs: round * 310 + dice.below(220),
      })),
    )
    .map((step) => ({ ...step, distance: Math.min(256, step.distance) }));
  return {
    id: 1,
    origin: protocol === 'v4' ? 'node' : 'user',
    target: dice.hex(64),
    startedAt: now - 40_000,
    durationMs: 1_900,
    done: rounds === 6,
    rounds,
    asked: steps.length,
    silent: steps.filter((step) => !step.answered).length,
    steps,
    closest: Array.from({ length: 16 }, (_, at) => {
      const ip = address(dice);
      return {
        id: dice.hex(64),
        ip,
        udp: 30303,
        distance: 241 + Math.floor(at / 4),
        enode: `enode://${dice.hex(128)}@${ip}:30303`,
      };
    }),
  };
}
