import { nextStepText } from '../../../shared/causes/next-steps.ts';
import { describe, expect, it } from 'vitest';
import type { WhySnapshot, WhyStepName } from '../../../shared/model/why.ts';
import { causeOf, healthyFacts, ProgressWorld, numbered } from '../../support/progress-world.ts';

const HOUR = 3_600_000;
const reached = ({ steps }: WhySnapshot): number[] => steps.map((step) => step.reached);
const causesOf = (snapshot: WhySnapshot, step: WhyStepName): Record<string, number> =>
  Object.fromEntries(
    (snapshot.steps.find((one) => one.step === step)?.causes ?? []).map(({ code, count }) => [code, count]),
  );

describe('the funnel', () => {
  it('is empty before a node was found', () => {
    const snapshot = new ProgressWorld().funnel.why('1h', null, null);
    expect(reached(snapshot)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(snapshot).toMatchObject({ focus: 'found', nodes: [], total: 0 });
    expect(snapshot.statements[0]).toEqual({ code: 'none-found', params: { span: '1h', discovery: 'on' } });
  });

  it('counts how far each node got and why no further', () => {
    const world = new ProgressWorld();
    const found = (number: number): void => {
      world.tell({ type: 'discovery/found', node: numbered(number), source: 'v4', from: undefined });
    };
    found(1);
    found(2);
    world.tell({ type: 'discovery/silent', idHex: numbered(2).idHex, ip: '10.0.2.1' });
    found(3);
    world.tell({ type: 'discovery/bonded', idHex: numbered(3).idHex, ip: '10.0.3.1' });
    world.ready(numbered(4, 'other'));
    world.ready(numbered(5, 'stale'));
    world.ready(numbered(6, 'none'));
    world.ready(numbered(7, 'ours'));
    world.ready(numbered(8, 'ours'));
    world.dial(numbered(8, 'ours'), causeOf('timed-out', { by: 'network', stage: 'connect' }));
    world.ready(numbered(9, 'ours'));
    world.dial(numbered(9, 'ours'), causeOf('too-many-peers', { stage: 'hello' }));
    world.ready(numbered(10, 'ours'));
    world.keep(numbered(10, 'ours'));
    const snapshot = world.funnel.why('1h', null, null);
    expect(reached(snapshot)).toEqual([10, 8, 7, 4, 3, 2, 1, 1, 1]);
    expect(causesOf(snapshot, 'bonded')).toEqual({ 'not-asked': 1, silent: 1 });
    expect(causesOf(snapshot, 'record')).toEqual({ 'no-record': 1 });
    expect(causesOf(snapshot, 'fork')).toEqual({ 'other-network': 1, 'stale-fork': 1, 'no-eth-entry': 1 });
    expect(causesOf(snapshot, 'dialled')).toEqual({ waiting: 1 });
    expect(causesOf(snapshot, 'encrypted')).toEqual({ 'timed-out': 1 });
    expect(causesOf(snapshot, 'hello')).toEqual({ 'too-many-peers': 1 });
    expect(snapshot.total).toBe(9);
  });

  it('counts nodes before a dial by what they wait for', () => {
    const world = new ProgressWorld();
    world.ready(numbered(1, 'ours'));
    world.ready(numbered(2, 'ours', { tcp: 0 }));
    const codes = (facts = healthyFacts): Record<string, number> => {
      world.facts = facts;
      return causesOf(world.funnel.why('1h', null, null), 'dialled');
    };
    expect(codes()).toEqual({ waiting: 1, 'no-port': 1 });
    expect(codes({ ...healthyFacts, freeSlots: 0 })).toEqual({ 'no-free-slot': 1, 'no-port': 1 });
    expect(codes({ ...healthyFacts, dynamicDials: false })).toEqual({ 'dials-off': 1, 'no-port': 1 });
    expect(codes({ ...healthyFacts, running: false })).toEqual({ 'not-running': 1, 'no-port': 1 });
  });

  it('counts refusals of our own policy', () => {
    const world = new ProgressWorld();
    for (const [number, reason] of (['banned', 'not-netrestricted', 'other-network'] as const).entries()) {
      world.ready(numbered(number, 'ours'));
      world.tell({ type: 'dial/refused', node: numbered(number, 'ours'), reason });
    }
    const snapshot = world.funnel.why('1h', null, null);
    expect(causesOf(snapshot, 'dialled')).toEqual({ banned: 1, 'not-netrestricted': 1 });
    expect(causesOf(snapshot, 'fork')).toEqual({ 'other-network': 1 });
  });

  it('lets an inbound node skip the steps before its connection, and counts it as past them', () => {
    const world = new ProgressWorld();
    const node = numbered(1);
    world.pass(node, 'encryption', 'inbound');
    const cause = causeOf('too-many-peers', { by: 'local', stage: 'encryption' });
    world.tell({ type: 'inbound/ended', ip: '10.0.1.1', port: 50_000, idHex: node.idHex, cause });
    const snapshot = world.funnel.why('1h', 'hello', null);
    expect(reached(snapshot)).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0]);
    expect(snapshot.nodes[0]).toMatchObject({
      direction: 'inbound',
      from: 'encrypted',
      to: 'hello',
      code: 'too-many-peers-by-us',
      by: 'local',
      address: '10.0.1.1',
      next: { code: 'advice', params: { cause: 'too-many-peers-by-us' } },
    });
  });

  it('has a peer among the kept only while it is one', () => {
    const world = new ProgressWorld();
    const node = numbered(1, 'ours');
    world.ready(node);
    world.keep(node);
    expect(reached(world.funnel.why('1h', null, null))).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
    world.drop(node, causeOf('client-quitting', { stage: 'running' }));
    const snapshot = world.funnel.why('1h', 'session', null);
    expect(reached(snapshot)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect(snapshot.nodes[0]).toMatchObject({ from: 'status', to: 'session', code: 'client-quitting' });
  });

  it('keeps a long-lived peer in the figures of a short span', async () => {
    const world = new ProgressWorld();
    world.keep(numbered(1));
    await world.clock.advance(3 * HOUR);
    expect(reached(world.funnel.why('10m', null, null)).at(-1)).toBe(1);
  });

  it('forgets what lies before the span', async () => {
    const world = new ProgressWorld();
    world.ready(numbered(1, 'ours'));
    world.dial(numbered(1, 'ours'), causeOf('too-many-peers'));
    await world.clock.advance(2 * HOUR);
    expect(reached(world.funnel.why('1h', null, null))[0]).toBe(0);
    expect(reached(world.funnel.why('24h', null, null))[0]).toBe(1);
    world.tell({ type: 'discovery/found', node: numbered(1), source: 'v4', from: undefined });
    expect(causesOf(world.funnel.why('1h', null, null), 'dialled')).toEqual({ 'backing-off': 1 });
  });

  it('shows the last end of a node during its next dial, until that passes more steps', () => {
    const world = new ProgressWorld();
    const node = numbered(1, 'ours');
    world.ready(node);
    world.dial(node, causeOf('too-many-peers'));
    world.tell({ type: 'dial/started', node, kind: 'dynamic' });
    world.pass(node, 'encryption');
    expect(world.funnel.why('1h', null, null).nodes[0]).toMatchObject({ code: 'too-many-peers' });
    world.pass(node, 'hello');
    expect(world.funnel.why('1h', null, null).nodes[0]).toMatchObject({
      code: 'connecting',
      from: 'hello',
      next: { code: 'connecting' },
    });
  });

  it('ignores the end of a second connection to a peer', () => {
    const world = new ProgressWorld();
    const node = numbered(1, 'ours');
    world.keep(node);
    const cause = causeOf('already-connected', { by: 'local', stage: 'encryption' });
    world.tell({ type: 'inbound/ended', ip: '10.0.1.1', port: 1, idHex: node.idHex, cause });
    expect(reached(world.funnel.why('1h', null, null)).at(-1)).toBe(1);
  });

  it('lists nodes of a step and a cause, newest first, and says how many there are', async () => {
    const world = new ProgressWorld();
    for (let number = 0; number < 250; number++) {
      const node = numbered(number, 'ours');
      world.ready(node);
      world.dial(node, causeOf(number % 5 === 0 ? 'no-shared-version' : 'too-many-peers'));
      await world.clock.advance(10);
    }
    const all = world.funnel.why('1h', 'hello', null);
    expect([all.total, all.nodes.length]).toEqual([250, 200]);
    expect(all.nodes[0]?.id).toBe(numbered(249).idHex);
    expect(all.nodes.every((node, at) => at === 0 || node.at <= (all.nodes[at - 1]?.at ?? 0))).toBe(true);
    const few = world.funnel.why('1h', 'hello', 'no-shared-version');
    expect(few.total).toBe(50);
    expect(few.nodes.every(({ code }) => code === 'no-shared-version')).toBe(true);
  });

  it('blames our clock only where packets were expired and the clock differs', () => {
    const world = new ProgressWorld();
    const node = numbered(1);
    world.tell(
      { type: 'discovery/found', node, source: 'v4', from: undefined },
      { type: 'discovery/dropped', reason: 'expired', bytes: 100, ip: node.ip ?? '' },
      { type: 'discovery/silent', idHex: node.idHex, ip: node.ip ?? '' },
    );
    expect(causesOf(world.funnel.why('1h', null, null), 'bonded')).toEqual({ silent: 1 });
    world.facts = { ...healthyFacts, clockOffsetMs: -90_000 };
    const snapshot = world.funnel.why('1h', null, null);
    expect(causesOf(snapshot, 'bonded')).toEqual({ clock: 1 });
    expect(snapshot.nodes[0]).toMatchObject({
      next: { code: 'advice', params: { cause: 'clock' } },
      by: 'local',
    });
    expect(snapshot.statements[0]).toEqual({ code: 'clock-wrong', params: { offsetMs: -90_000 } });
  });

  it('has no connection under way once the node has stopped', () => {
    const world = new ProgressWorld();
    world.ready(numbered(1, 'ours'));
    world.tell({ type: 'dial/started', node: numbered(1, 'ours'), kind: 'dynamic' });
    world.tell({ type: 'node/phase', phase: 'stopped' });
    world.facts = { ...healthyFacts, running: false, freeSlots: null };
    const snapshot = world.funnel.why('1h', null, null);
    expect(causesOf(snapshot, 'dialled')).toEqual({ 'not-running': 1 });
    expect(snapshot.statements[0]).toMatchObject({ code: 'node-stopped' });
  });
});

describe('what happens next', () => {
  const nextOf = (world: ProgressWorld): string => {
    const [node] = world.funnel.why('1h', null, null).nodes;
    return node === undefined ? '' : nextStepText(node.next, world.clock.now());
  };

  it('is the next attempt of a node that discovery found, and the advice for one that the user wants', () => {
    const world = new ProgressWorld();
    const node = numbered(1, 'ours');
    world.ready(node);
    world.dial(node, causeOf('too-many-peers'));
    world.dialStates.set(node.idHex, {
      state: 'waiting',
      refusal: 'backing-off',
      nextTryAt: world.clock.now() + 7 * 60_000,
      failures: 1,
    });
    expect(nextOf(world)).toBe('Next attempt in 7 min');
    world.statics.add(node.idHex);
    expect(nextOf(world)).toBe('Ask its operator to add our enode URL to the trusted nodes');
  });

  it('is the hint of the cause where it has one', () => {
    const world = new ProgressWorld();
    world.ready(numbered(1, 'ours'));
    world.dial(numbered(1, 'ours'), causeOf('no-shared-version', { params: { versions: 'eth/66, eth/67' } }));
    expect(nextOf(world)).toBe('It supports eth/66, eth/67');
  });
});

describe('the trace of a node', () => {
  it('has all steps open for an unknown node', () => {
    const trace = new ProgressWorld().funnel.trace(numbered(1).idHex);
    expect(trace).toMatchObject({ known: false, connected: false, cause: null, firstSeenAt: null });
    expect(trace.steps.every(({ state, at }) => state === 'open' && at === null)).toBe(true);
    expect(nextStepText(trace.next, 0)).toBe('Add it to the static nodes to have it dialled');
  });

  it('has each step with its time and what was observed, and the cause where it stopped', async () => {
    const world = new ProgressWorld();
    const node = numbered(1);
    world.tell({ type: 'discovery/found', node, source: 'v4', from: '9c4e'.padEnd(60, '0') + '17fa' });
    await world.clock.advance(1_000);
    world.tell({ type: 'discovery/bonded', idHex: node.idHex, ip: '10.0.1.1' });
    await world.clock.advance(1_000);
    world.dial(node, causeOf('too-many-peers', { disconnectReason: 'too many peers' }));
    const trace = world.funnel.trace(node.idHex);
    const start = trace.firstSeenAt ?? 0;
    expect(trace.steps.map(({ step, state, at }) => [step, state, at === null ? null : at - start])).toEqual([
      ['found', 'passed', 0],
      ['bonded', 'passed', 1_000],
      ['record', 'skipped', null],
      ['fork', 'skipped', null],
      ['dialled', 'passed', 2_000],
      ['encrypted', 'passed', 2_000],
      ['hello', 'stopped', 2_000],
      ['status', 'open', null],
      ['session', 'open', null],
    ]);
    expect(trace.steps[0]?.seen).toMatchObject({ code: 'named-by' });
    expect(trace.steps[1]?.seen).toEqual({ code: 'answered-from', params: { ip: '10.0.1.1' } });
    expect(trace.steps[6]?.seen).toMatchObject({ code: 'end', params: { code: 'too-many-peers' } });
    expect(trace.cause).toMatchObject({
      code: 'too-many-peers',
      end: { code: 'too-many-peers', stage: 'hello' },
      by: 'remote',
      disconnectReason: 'too many peers',
    });
    expect(trace).toMatchObject({ known: true, sources: ['v4'], failuresInARow: 1 });
  });

  it('has the sources of the node, and when each first and last reported it', async () => {
    const world = new ProgressWorld();
    const node = numbered(1);
    for (const source of ['v5', 'v4', 'v5'] as const) {
      world.tell({ type: 'discovery/found', node, source, from: undefined });
      await world.clock.advance(1_000);
    }
    const { sources, foundBy, firstSeenAt } = world.funnel.trace(node.idHex);
    expect(sources).toEqual(['v5', 'v4']);
    const start = firstSeenAt ?? 0;
    expect(foundBy).toEqual([
      { source: 'v5', firstAt: start, lastAt: start + 2_000 },
      { source: 'v4', firstAt: start + 1_000, lastAt: start + 1_000 },
    ]);
    expect(world.funnel.sourcesOf(node.idHex)).toEqual(sources);
  });

  it('has no cause for a peer', () => {
    const world = new ProgressWorld();
    world.keep(numbered(1), 'inbound');
    const trace = world.funnel.trace(numbered(1).idHex);
    expect(trace).toMatchObject({
      connected: true,
      cause: null,
      next: { code: 'connected' },
      failuresInARow: 0,
    });
    expect(trace.steps.map(({ state }) => state)).toEqual([
      ...['skipped', 'skipped', 'skipped', 'skipped', 'skipped'],
      ...['passed', 'passed', 'passed', 'passed'],
    ]);
    expect(trace.steps[7]?.seen).toEqual({ code: 'status', params: { status: 'eth/69 · fork 07c9462e' } });
    expect(trace.name).toBe('Geth/v1.15.0');
  });

  it('waits for a static node at the dial, whatever discovery knows of it', () => {
    const world = new ProgressWorld();
    const node = numbered(1);
    world.statics.add(node.idHex);
    world.tell({ type: 'discovery/found', node, source: 'static', from: undefined });
    const trace = world.funnel.trace(node.idHex);
    expect(trace.steps.map(({ state }) => state).slice(0, 6)).toEqual([
      ...['passed', 'skipped', 'skipped', 'skipped', 'now', 'open'],
    ]);
    expect(nextStepText(trace.next, 0)).toBe('Dialled when it reaches the head of the queue');
  });
});

describe('the store of nodes', () => {
  it('does not contain this node', () => {
    const world = new ProgressWorld(numbered(1).idHex);
    world.ready(numbered(1, 'ours'));
    expect(world.funnel.size).toBe(0);
    expect(world.funnel.trace(numbered(1).idHex).next).toMatchObject({ code: 'own-node' });
  });

  it('keeps a bounded number of reported nodes, which remove no node that answered', () => {
    const world = new ProgressWorld();
    world.ready(numbered(0, 'ours'));
    for (let number = 1; number <= 12_000; number++) {
      world.tell({ type: 'discovery/found', node: numbered(number), source: 'v4', from: undefined });
    }
    expect(world.funnel.size).toBe(10_001);
    expect(world.funnel.trace(numbered(0).idHex).known).toBe(true);
    expect(world.funnel.trace(numbered(1).idHex).known).toBe(false);
  });

  it('never forgets connected, static and trusted nodes', () => {
    const world = new ProgressWorld();
    world.statics.add(numbered(1).idHex);
    world.trusted.add(numbered(2).idHex);
    world.keep(numbered(0));
    world.ready(numbered(1));
    world.ready(numbered(2));
    for (let number = 3; number < 10_100; number++) world.ready(numbered(number));
    expect(world.funnel.size).toBe(10_000);
    for (const number of [0, 1, 2]) expect(world.funnel.trace(numbered(number).idHex).known).toBe(true);
    expect(world.funnel.trace(numbered(3).idHex).known).toBe(false);
  });

  it('compares each fork ID once, and looks up only listed nodes at the scheduler, of 20,000 nodes', () => {
    const world = new ProgressWorld();
    for (let number = 0; number < 10_000; number++)
      world.ready(numbered(number, number % 2 ? 'ours' : 'other'));
    for (let number = 10_000; number < 20_000; number++) {
      world.tell({ type: 'discovery/found', node: numbered(number), source: 'v4', from: undefined });
    }
    const snapshot = world.funnel.why('1h', null, null);
    expect(snapshot.steps[0]?.reached).toBe(20_000);
    expect(world.calls).toEqual({ forkOf: 2, dialStateOf: 200, labelOf: 200 });
  });

  it('does not change a proven address after a report by another node', () => {
    const world = new ProgressWorld();
    world.ready(numbered(1));
    const lie = { ...numbered(1), ip: '203.0.113.66' };
    world.tell({ type: 'discovery/found', node: lie, source: 'v4', from: undefined });
    expect(world.funnel.trace(lie.idHex).address).toBe('10.0.1.1:30303');
  });
});
