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
import { encodeRlp } from '../../../src-main/leaf/rlp.ts';
import { hex, unhex } from '../../support/hex.ts';
import { readVectors } from '../../support/vectors.ts';

interface Config {
  genesisHash: string;
  genesisTime: string;
  forkBlocks: string[];
  forkTimes: string[];
  forks?: { name: string; block?: string; time?: string }[];
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
  networks: Record<string, Config>;
  configs: Record<string, Config>;
  creation: Record<string, Creation[]>;
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

function schedule(name: string): ForkSchedule {
  const config = vectors.networks[name] ?? vectors.configs[name]!;
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

function expectValidation({ config, head, time, remote, expect: verdict }: Validation): void {
  const filter = createForkFilter(schedule(config), () => ({ number: BigInt(head), time: BigInt(time) }));
  const answer = filter({ hash: hex(remote.hash), next: BigInt(remote.next) });
  expect(answer).toBe(verdict.replaceAll('_', '-'));
}

describe.each(Object.entries(vectors.creation))('The fork identifier of %s', (name, cases) => {
  it.each(cases)('at block $head and time $time is $hash with next $next', (vector) => {
    expectCreation(schedule(name), vector);
  });
});

describe('The schedule of a public network', () => {
  it.each(Object.entries(vectors.networks))('%s lists the forks that go-ethereum has', (name, config) => {
    const network = networkByName(name)!;
    expect(network.forkBlocks).toEqual(config.forkBlocks.map(BigInt));
    expect(network.forkTimes).toEqual(config.forkTimes.map(BigInt));
    expect(unhex(network.genesisHash)).toBe(config.genesisHash);
  });

  it.each(Object.entries(vectors.networks))('%s comes out of its configured switches', (_name, config) => {
    const blocks = (config.forks ?? []).flatMap(({ block }) => (block === undefined ? [] : [BigInt(block)]));
    const times = (config.forks ?? []).flatMap(({ time }) => (time === undefined ? [] : [BigInt(time)]));
    expect(normalizeForks(blocks, 0n)).toEqual(config.forkBlocks.map(BigInt));
    expect(normalizeForks(times, BigInt(config.genesisTime))).toEqual(config.forkTimes.map(BigInt));
  });
});

describe('The fork filter', () => {
  it.each(vectors.validation)('answers $expect to $remote on $config at $head, $time', expectValidation);
  it.each(vectors.eip2124.validation)(
    'answers $expect to $remote on $config at $head (EIP-2124)',
    expectValidation,
  );
  it.each(vectors.eip6122.validation)(
    'answers $expect to $remote on $config at $head, $time (EIP-6122)',
    expectValidation,
  );

  it('follows the head as it moves', () => {
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
    'do not count: Shanghai at $shanghaiTime, Cancun at $cancunTime',
    (vector) => {
      const genesisTime = BigInt(vectors.genesisTimeForks.genesisTime);
      const forkTimes = normalizeForks([BigInt(vector.shanghaiTime), BigInt(vector.cancunTime)], genesisTime);
      const of = { genesisHash: hex(vectors.genesisTimeForks.genesisHash), forkBlocks: [], forkTimes };
      expectCreation(of, vector);
    },
  );
});

describe('The encoding of a fork identifier', () => {
  it.each(vectors.encoding)('is $rlp for $hash and $next', ({ hash, next, rlp }) => {
    expect(unhex(encodeRlp([hex(hash), BigInt(next)]))).toBe(rlp);
  });
});

describe('Two fork identifiers', () => {
  it('are the same when checksum and next fork are', () => {
    const id = { hash: hex('0x01020304'), next: 5n };
    expect(equalForkIds(id, { hash: hex('0x01020304'), next: 5n })).toBe(true);
    expect(equalForkIds(id, { hash: hex('0x01020305'), next: 5n })).toBe(false);
    expect(equalForkIds(id, { hash: hex('0x01020304'), next: 6n })).toBe(false);
    expect(equalForkIds({ hash: new Uint8Array(3), next: 5n }, id)).toBe(false);
  });
});

describe('The announced position', () => {
  it('lies behind every fork by block and, by the wall clock, between those by time', () => {
    const position = wallClockPosition(NETWORKS.mainnet, 1_750_000_000_999);
    expect(position).toEqual({ number: 15_050_000n, time: 1_750_000_000n });
    const id = forkIdAt(NETWORKS.mainnet, position.number, position.time);
    expect({ hash: unhex(id.hash), next: id.next }).toEqual({ hash: '0xc376cf8b', next: 1_764_798_551n });
  });

  it('is block 0 on a network without forks by block', () => {
    expect(wallClockPosition(NETWORKS.hoodi, 0)).toEqual({ number: 0n, time: 0n });
  });
});
