import { describe, expect, it } from 'vitest';
import {
  createForkFilter,
  equalForkIds,
  forkIdAt,
  normalizeForks,
  type ForkSchedule,
} from '../../../src-main/chain/fork-id.ts';
import { wallClockPosition } from '../../../src-main/chain/head.ts';
import { NETWORKS, networkByName } from '../../../src-main/chain/networks.ts';
import { encodeRlp } from '../../../src-main/base/rlp.ts';
import { hex, unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

interface Config {
  genesisHash: string;
  forkBlocks: string[];
  forkTimes: string[];
}
interface Creation {
  head: string;
  time: string;
  hash: string;
  next: string;
}
interface Validation {
  config: string;
  head: string;
  time: string;
  remote: { hash: string; next: string };
  expect: 'ok' | 'local_incompatible_or_stale' | 'remote_stale';
}
interface Vectors {
  configs: Record<string, Config>;
  validation: Validation[];
  encoding: { hash: string; next: string; rlp: string }[];
  genesisTimeForks: {
    genesisTime: string;
    genesisHash: string;
    cases: (Creation & { shanghaiTime: string; cancunTime: string })[];
  };
  eip2124: Suite;
  eip6122: Suite;
}
interface Suite {
  creation: { config: string; cases: Creation[] };
  validation: Validation[];
}

const vectors = readVectors<Vectors>('forkid.json');

/** A network as go-ethereum prints it; test/geth/networks.test.ts compares the file with geth itself. */
interface DumpedNetwork {
  genesisTime: number;
  forks: Record<string, number>;
}
const gethNetworks = readVectors<{ networks: Record<string, DumpedNetwork> }>('geth-networks.json').networks;

/** The blocks and times after the genesis, ascending and without duplicates, from the dump (EIP-2124, EIP-6122). */
function forksOf({ genesisTime, forks }: DumpedNetwork): { blocks: bigint[]; times: bigint[] } {
  const ascending = (suffix: string, after: number): bigint[] =>
    [...new Set(Object.entries(forks).flatMap(([name, at]) => (name.endsWith(suffix) ? [at] : [])))]
      .filter((at) => at > after)
      .sort((a, b) => a - b)
      .map(BigInt);
  return { blocks: ascending('Block', 0), times: ascending('Time', genesisTime) };
}

interface Position {
  head: bigint;
  time: bigint;
}

/** The positions immediately before and at every fork. */
function positionsOf(dumped: DumpedNetwork): Position[] {
  const { blocks, times } = forksOf(dumped);
  const lastBlock = blocks.at(-1) ?? 0n;
  return [
    { head: 0n, time: 0n },
    ...blocks.flatMap((block) => [block - 1n, block].map((head) => ({ head, time: 0n }))),
    ...times.flatMap((at) => [at - 1n, at].map((time) => ({ head: lastBlock, time }))),
  ];
}

/** An independent implementation of EIP-2124, which shares no code with the source. */
function eip2124ForkId(
  genesisHash: Uint8Array,
  dumped: DumpedNetwork,
  { head, time }: Position,
): { hash: string; next: bigint } {
  const { blocks, times } = forksOf(dumped);
  const passed = [...blocks.filter((block) => block <= head), ...times.filter((at) => at <= time)];
  const next = [...blocks.filter((block) => block > head), ...times.filter((at) => at > time)][0] ?? 0n;
  const bytes = [...genesisHash];
  for (const fork of passed) {
    for (let shift = 56n; shift >= 0n; shift -= 8n) bytes.push(Number((fork >> shift) & 0xffn));
  }
  return { hash: `0x${bitwiseCrc32(bytes).toString(16).padStart(8, '0')}`, next };
}

/** CRC-32 of IEEE 802.3, bit by bit. */
function bitwiseCrc32(bytes: readonly number[]): number {
  let register = 0xffff_ffff;
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) register = (register >>> 1) ^ (register & 1 ? 0xedb8_8320 : 0);
  }
  return (register ^ 0xffff_ffff) >>> 0;
}

function schedule(name: string): ForkSchedule {
  const config = vectors.configs[name]!;
  return {
    genesisHash: hex(config.genesisHash),
    forkBlocks: config.forkBlocks.map(BigInt),
    forkTimes: config.forkTimes.map(BigInt),
  };
}

function expectCreation(of: ForkSchedule, { head, time, hash, next }: Creation): void {
  const id = forkIdAt(of, BigInt(head), BigInt(time));
  expect({ hash: unhex(id.hash), next: id.next }).toEqual({ hash, next: BigInt(next) });
}

function expectValidation({ config, head, time, remote, expect: expected }: Validation): void {
  const filter = createForkFilter(schedule(config), () => ({ number: BigInt(head), time: BigInt(time) }));
  const result = filter({ hash: hex(remote.hash), next: BigInt(remote.next) });
  expect(result).toBe(expected.replaceAll('_', '-'));
}

describe.each(Object.entries(gethNetworks))('The fork ID of %s', (name, dumped) => {
  const network = networkByName(name)!;
  const positions = positionsOf(dumped);

  it.each(positions)('at block $head and time $time is that of EIP-2124 for geth’s forks', (position) => {
    const id = forkIdAt(network, position.head, position.time);
    expect({ hash: unhex(id.hash), next: id.next }).toEqual(
      eip2124ForkId(network.genesisHash, dumped, position),
    );
  });

  it('is known for every fork', () => {
    expect(positions.length).toBeGreaterThan(new Set(Object.values(dumped.forks).filter(Boolean)).size);
  });
});

describe('The current fork ID of a public network', () => {
  // From nodes of the network, not from a table.
  it.each([['sepolia', 1_795_000_000n, '0x6c1d9423', 0n]] as const)(
    'of %s at time %d is %s',
    (name, time, hash, next) => {
      const id = forkIdAt(NETWORKS[name], 30_000_000n, time);
      expect({ hash: unhex(id.hash), next: id.next }).toEqual({ hash, next });
    },
  );
});

describe('The fork filter', () => {
  it.each(vectors.validation)('returns $expect for $remote on $config at $head, $time', expectValidation);
  it.each(vectors.eip2124.validation)(
    'returns $expect for $remote on $config at $head (EIP-2124)',
    expectValidation,
  );
  it.each(vectors.eip6122.validation)(
    'returns $expect for $remote on $config at $head, $time (EIP-6122)',
    expectValidation,
  );

  // EIP-6122: a number above the threshold is compared with the head's time, also on a chain without forks by time.
  it.each([
    ['a past time without a local fork', 1_700_000_000n, 'local-incompatible-or-stale'],
    ['the time of the head', 1_700_000_100n, 'local-incompatible-or-stale'],
    ['a future time', 1_700_000_101n, 'ok'],
    ['the largest number that is a block', 1_438_269_973n, 'ok'],
    ['the smallest number that is a time', 1_438_269_974n, 'local-incompatible-or-stale'],
    ['a past block without a local fork', 90n, 'local-incompatible-or-stale'],
    ['no fork', 0n, 'ok'],
  ])('compares the next fork as block or time: %s', (_what, next, expected) => {
    const forks = { genesisHash: new Uint8Array(32), forkBlocks: [10n], forkTimes: [] };
    const filter = createForkFilter(forks, () => ({ number: 100n, time: 1_700_000_100n }));
    expect(filter({ hash: forkIdAt(forks, 100n, 0n).hash, next })).toBe(expected);
    // A chain with future forks by time.
    const both = { ...forks, forkBlocks: [10n, 1_000n], forkTimes: [1_800_000_000n] };
    const early = createForkFilter(both, () => ({ number: 100n, time: 1_700_000_100n }));
    expect(early({ hash: forkIdAt(both, 100n, 0n).hash, next })).toBe(expected);
  });

  it('uses the current head at each check', () => {
    let number = 0n;
    const filter = createForkFilter(schedule('mainnet'), () => ({ number, time: 0n }));
    const future = { hash: hex('0xfc64ec04'), next: 1_149_000n };
    expect(filter(future)).toBe('ok');
    number = 1_149_000n;
    expect(filter(future)).toBe('local-incompatible-or-stale');
  });
});

describe.each([
  ['EIP-2124', vectors.eip2124],
  ['EIP-6122', vectors.eip6122],
])('The creation cases of %s', (_name, suite) => {
  it.each(suite.creation.cases)('hold at block $head and time $time', (vector) => {
    expectCreation(schedule(suite.creation.config), vector);
  });
});

describe('Forks at the genesis', () => {
  it.each(vectors.genesisTimeForks.cases)(
    'are not part of the checksum: Shanghai at $shanghaiTime, Cancun at $cancunTime',
    (vector) => {
      const genesisTime = BigInt(vectors.genesisTimeForks.genesisTime);
      const forkTimes = normalizeForks([BigInt(vector.shanghaiTime), BigInt(vector.cancunTime)], genesisTime);
      const of = { genesisHash: hex(vectors.genesisTimeForks.genesisHash), forkBlocks: [], forkTimes };
      expectCreation(of, vector);
    },
  );
});

describe('The encoding of a fork ID', () => {
  it.each(vectors.encoding)('is $rlp for $hash and $next', ({ hash, next, rlp }) => {
    expect(unhex(encodeRlp([hex(hash), BigInt(next)]))).toBe(rlp);
  });
});

describe('Two fork IDs', () => {
  it('are equal when checksum and next fork are equal', () => {
    const id = { hash: hex('0x01020304'), next: 5n };
    expect(equalForkIds(id, { hash: hex('0x01020304'), next: 5n })).toBe(true);
    expect(equalForkIds(id, { hash: hex('0x01020305'), next: 5n })).toBe(false);
    expect(equalForkIds(id, { hash: hex('0x01020304'), next: 6n })).toBe(false);
    expect(equalForkIds({ hash: new Uint8Array(3), next: 5n }, id)).toBe(false);
  });
});

describe('The announced position', () => {
  it('is after every fork by block, and between the forks by time according to the wall clock', () => {
    const position = wallClockPosition(NETWORKS.mainnet, 1_750_000_000_999);
    expect(position).toEqual({ number: 15_050_000n, time: 1_750_000_000n });
    const id = forkIdAt(NETWORKS.mainnet, position.number, position.time);
    expect({ hash: unhex(id.hash), next: id.next }).toEqual({ hash: '0xc376cf8b', next: 1_764_798_551n });
  });

  it('is block 0 on a network without forks by block', () => {
    expect(wallClockPosition(NETWORKS.hoodi, 0)).toEqual({ number: 0n, time: 0n });
  });
});

describe('A chain that has passed all its forks by block', () => {
  const schedule: ForkSchedule = {
    genesisHash: new Uint8Array(32),
    forkBlocks: [5n],
    forkTimes: [2_000_000_000n],
  };
  const at = (next: bigint): string => {
    const position = { number: 100n, time: 1_900_000_000n };
    const { hash } = forkIdAt(schedule, position.number, position.time);
    return createForkFilter(schedule, () => position)({ hash, next });
  };

  it('compares the next fork of a remote node with the time of the head when a fork by time follows', () => {
    expect(at(1_000n)).toBe('local-incompatible-or-stale');
    expect(at(2_000_000_000n)).toBe('ok');
    expect(at(0n)).toBe('ok');
  });
});
