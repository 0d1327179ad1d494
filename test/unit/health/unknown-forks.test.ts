import { causeSpec, type CauseCode } from '../../../shared/causes/catalogue.ts';
import { statementText } from '../../../shared/causes/why-statements.ts';
import { describe, expect, it } from 'vitest';
import { forkIdAt, type ForkId, type ForkSchedule } from '../../../src-main/chain/fork-id.ts';
import { NETWORKS } from '../../../src-main/chain/networks.ts';
import type { Node } from '../../../src-main/node-record/node.ts';
import type { NodeSource } from '../../../src-main/events/events.ts';
import { forkOverridesCheck, unknownForkCheck } from '../../../src-main/health/health-forks.ts';
import { UnknownForks } from '../../../src-main/health/unknown-forks.ts';
import { hex } from '../../support/hex.ts';
import { causeOf, ProgressWorld } from '../../support/progress-world.ts';
import { fakeNode } from '../../support/nodes.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const { sepolia, mainnet } = NETWORKS;
/** The schedule of an earlier version of Enodeck. */
const outdated = { ...sepolia, forkTimes: sepolia.forkTimes.slice(0, -1) };
const AMSTERDAM: ForkId = { hash: hex('0x6c1d9423'), next: 0n };
const STRANGE: ForkId = { hash: hex('0xdeadbeef'), next: 1_900_000_000n };
const NOW = 1_795_000_000;

/** Node of this number in a /24 of its own, with an ENR that has the fork ID. */
function nodeOf(number: number, eth: ForkId, ip = `203.${String(number % 256)}.7.9`): Node {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, number + 1);
  const record = { eth, nodeId: id, seq: 1n, encoded: id } as unknown as NonNullable<Node['record']>;
  return { ...fakeNode(id, { ip }), seq: 1n, record };
}

async function watch(
  schedule: ForkSchedule = outdated,
): Promise<{ forks: UnknownForks; clock: VirtualClock }> {
  const clock = new VirtualClock();
  await clock.advance(NOW * 1_000 - clock.now());
  return { forks: new UnknownForks(schedule, clock), clock };
}

const byStatus = (
  forks: UnknownForks,
  number: number,
  forkId: ForkId,
  ip = `203.${String(number)}.7.9`,
): void => {
  forks.apply({ type: 'peer/fork-id', idHex: String(number), ip, forkId });
};
const byRecord = (forks: UnknownForks, node: Node, source: NodeSource = 'v4'): void => {
  forks.apply({ type: 'discovery/found', node, source, from: undefined });
  forks.apply({ type: 'discovery/record', node });
  forks.apply({ type: 'discovery/bonded', idHex: node.idHex, ip: node.ip ?? '' });
};
const ALL = [0, 1, 2, 3, 4];

describe('the unknown forks', () => {
  it.each([
    ['Status', (forks: UnknownForks, number: number) => byStatus(forks, number, AMSTERDAM)],
    ['ENRs', (forks: UnknownForks, number: number) => byRecord(forks, nodeOf(number, AMSTERDAM))],
    [
      'ENRs from other nodes, followed by an endpoint proof',
      (forks: UnknownForks, number: number) => {
        const node = nodeOf(number, AMSTERDAM);
        forks.apply({ type: 'discovery/found', node, source: 'v5', from: 'a'.repeat(64) });
        forks.apply({ type: 'discovery/bonded', idHex: node.idHex, ip: node.ip ?? '' });
      },
    ],
  ])(
    'include a fork that five independent nodes announce by %s, with its hash and time',
    async (_, announce) => {
      const { forks } = await watch();
      for (const number of ALL.slice(1)) announce(forks, number);
      expect(forks.list()).toEqual([]);
      announce(forks, 0);
      expect(forks.list()).toEqual([
        { hash: '6c1d9423', time: 1_791_294_816n, next: 0n, isPassed: true, peers: 5, peersOnOurFork: 0 },
      ]);
      const line = unknownForkCheck({ unknownFork: forks.list()[0], forkOverrides: [] });
      expect(line).toMatchObject({
        state: 'bad',
        title: 'This version of Enodeck does not know the fork that 5 peers are on',
        advice: 'Update Enodeck, or add NAME=1791294816 to the setting “Fork times”.',
      });
      expect(line?.evidence).toMatch(/^fork hash 0x6c1d9423, at 1791294816 \(2026-10-/);
    },
  );

  it('count an IPv4 /24 and an IPv6 /48 once, for any number of node IDs', async () => {
    const { forks } = await watch();
    for (let number = 0; number < 200; number++) {
      byStatus(forks, number, AMSTERDAM, `198.51.100.${String(number)}`);
      byStatus(forks, number, AMSTERDAM, `2001:db8:1:${number.toString(16)}::1`);
    }
    for (const number of [0, 1]) byStatus(forks, number, AMSTERDAM);
    expect(forks.list()).toEqual([]);
    byStatus(forks, 9, AMSTERDAM, '2001:db8:2::1');
    expect(forks.list()).toMatchObject([{ peers: 5 }]);
  });

  it('have the next fork of Status when the time of the fork is unknown', async () => {
    const { forks } = await watch();
    for (const number of ALL) byStatus(forks, number, STRANGE);
    expect(forks.list()).toMatchObject([{ hash: 'deadbeef', time: undefined, next: 1_900_000_000n }]);
    const { evidence } = unknownForkCheck({ unknownFork: forks.list()[0], forkOverrides: [] })!;
    expect(evidence).toMatch(/^fork hash 0xdeadbeef, time unknown, next fork at 1900000000 \(2030-/);
  });

  it('include a future fork that peers announce as their next', async () => {
    const { forks } = await watch(sepolia);
    const next = { ...AMSTERDAM, next: 1_900_000_000n };
    for (const number of ALL) byStatus(forks, number, next);
    expect(forks.list()).toMatchObject([{ time: 1_900_000_000n, isPassed: false, peers: 5 }]);
    expect(unknownForkCheck({ unknownFork: forks.list()[0], forkOverrides: [] })).toMatchObject({
      state: 'warning',
      title: 'This version of Enodeck does not know the fork that 5 peers expect',
    });
  });

  it('ignore ENRs of other chains, which share the discovery network', async () => {
    const { forks } = await watch();
    const other = forkIdAt(mainnet, 20_000_000n, BigInt(NOW));
    for (let number = 0; number < 100; number++) byRecord(forks, nodeOf(number, other));
    expect(forks.list()).toEqual([]);
    // The DNS node list of the network has no nodes of other chains.
    for (const number of ALL) byRecord(forks, nodeOf(number, STRANGE), 'dns');
    expect(forks.list()).toMatchObject([{ hash: 'deadbeef', peers: 5 }]);
  });

  it('ignore ENRs of nodes without an endpoint proof', async () => {
    const { forks } = await watch();
    for (const number of ALL) forks.apply({ type: 'discovery/record', node: nodeOf(number, AMSTERDAM) });
    expect(forks.list()).toEqual([]);
    // One host with a proven address that invented the ENRs with other addresses.
    for (const number of ALL) {
      const { idHex } = nodeOf(number, AMSTERDAM);
      forks.apply({ type: 'discovery/bonded', idHex, ip: '198.51.100.7' });
    }
    expect(forks.list()).toEqual([]);
  });

  it('are a warning and not an error when more nodes are on our fork', async () => {
    const { forks } = await watch();
    const ours = forkIdAt(outdated, 2_000_000n, BigInt(NOW));
    for (const number of ALL) byStatus(forks, number, AMSTERDAM);
    for (let number = 100; number < 110; number++) byStatus(forks, number, ours);
    expect(forks.list()).toMatchObject([{ peers: 5, peersOnOurFork: 10 }]);
    expect(unknownForkCheck({ unknownFork: forks.list()[0], forkOverrides: [] })?.state).toBe('warning');
  });

  it('end when the nodes announce another fork, and after a day', async () => {
    const { forks, clock } = await watch();
    for (const number of ALL) byStatus(forks, number, AMSTERDAM);
    byStatus(forks, 0, forkIdAt(outdated, 2_000_000n, BigInt(NOW)));
    expect(forks.list()).toEqual([]);
    byStatus(forks, 0, AMSTERDAM);
    expect(forks.list()).toHaveLength(1);
    await clock.advance(24 * 3_600_000 + 1);
    expect(forks.list()).toEqual([]);
  });

  it('keep at most 4,096 address groups', async () => {
    const { forks } = await watch();
    for (const number of ALL) byStatus(forks, number, AMSTERDAM, `198.51.${String(number)}.1`);
    for (let number = 0; number < 10_000; number++) {
      const made = new Uint8Array(4);
      new DataView(made.buffer).setUint32(0, number);
      byStatus(
        forks,
        number,
        { hash: made, next: 0n },
        `10.${String(number >> 8)}.${String(number & 255)}.1`,
      );
    }
    expect(forks.size).toBe(4_096);
  });
});

describe('the cause of a node that is no peer', () => {
  const unknown = new Set(['6c1d9423']);
  const hashed = (number: number): Node => nodeOf(number, AMSTERDAM);
  const codes = (world: ProgressWorld): string[] =>
    world.funnel.why('1h', null, null).nodes.map(({ code }) => code);

  it.each([
    ['its ENR has an unknown fork', unknown, 'unknown-fork'],
    ['its ENR has a fork that no other node announces', new Set<string>(), 'other-network'],
  ])('is known when %s', (_, forks, code) => {
    const world = new ProgressWorld('f'.repeat(64), { forkOf: () => 'other', unknownForks: () => forks });
    world.ready(hashed(1));
    expect(codes(world)).toEqual([code]);
  });

  it.each([
    ['an unknown fork', unknown, 'unknown-fork'],
    ['a fork that no other node announces', new Set<string>(), 'wrong-fork'],
  ])('is known after its Status was refused for %s', (_, forks, code) => {
    const world = new ProgressWorld('f'.repeat(64), { forkOf: () => 'ours', unknownForks: () => forks });
    const node = hashed(1);
    world.ready(node);
    world.tell({ type: 'dial/started', node, kind: 'dynamic' });
    world.tell({ type: 'peer/fork-id', idHex: node.idHex, ip: node.ip ?? '', forkId: AMSTERDAM });
    world.tell({
      type: 'dial/ended',
      node,
      kind: 'dynamic',
      cause: causeOf('wrong-fork', { by: 'local', stage: 'status' }),
      durationMs: 5,
    });
    expect(codes(world)).toEqual([code]);
    expect(world.funnel.trace(node.idHex).cause).toMatchObject({ code });
    expect(causeSpec(code as CauseCode).fault).toBe(code === 'unknown-fork' ? 'ours' : 'theirs');
  });

  it('is this version for an unknown fork, and not the nodes', () => {
    const world = new ProgressWorld('f'.repeat(64), { forkOf: () => 'other', unknownForks: () => unknown });
    for (let number = 0; number < 8; number++) world.ready(hashed(number));
    const { statements, nodes } = world.funnel.why('1h', null, null);
    expect(statements.map(statementText).join(' ')).toMatch(
      /All 8 are on a fork that this version of Enodeck does not know/,
    );
    expect(nodes[0]?.next).toEqual({ code: 'advice', params: { cause: 'unknown-fork' } });
  });
});

it('the health list has the overridden fork times', () => {
  expect(forkOverridesCheck({ unknownFork: undefined, forkOverrides: [] })).toBeUndefined();
  const line = forkOverridesCheck({ unknownFork: undefined, forkOverrides: ['amsterdam=1791294816', 'x=1'] });
  expect(line).toMatchObject({ state: 'good', evidence: 'amsterdam=1791294816, x=1' });
});
