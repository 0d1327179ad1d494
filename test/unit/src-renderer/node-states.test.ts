import { describe, expect, it } from 'vitest';
import type { HealthAction } from '../../../shared/model/health-action.ts';
import type { HealthCheck, ListeningAddress, NodeStatus } from '../../../shared/model/node.ts';
import { noNodesText, noPeersText } from '../../../src-renderer/model/empty-text.ts';
import { healthList } from '../../../src-renderer/model/health-list.ts';
import { healthActionText, shownFacts, type ShownFacts } from '../../../src-renderer/model/shown-facts.ts';
import { keyWords as words } from '../../support/key-words.ts';
import { makeStatus } from '../../support/window-preview/fixture-data.ts';

const NOW = 1_800_000_000_000;
const RUNNING = makeStatus('typical', NOW);

const at = (protocol: 'tcp' | 'udp', ip: string): ListeningAddress => ({ protocol, ip, port: 30_303 });
const FOUR = [at('tcp', '0.0.0.0'), at('udp', '0.0.0.0')];
const SIX = [at('tcp', '::'), at('udp', '::')];

/** A node that is not running, with values of an earlier run that the window must not show. */
const inactive = (phase: NodeStatus['phase']): Partial<NodeStatus> => ({
  phase,
  listening: [],
  external: [],
});

const STATES: readonly (readonly [name: string, change: Partial<NodeStatus>, shown: Partial<ShownFacts>])[] =
  [
    [
      'stopped',
      inactive('stopped'),
      { isInactive: true, peers: null, enode: null, enr: null, noAddress: 'inactive' },
    ],
    [
      'failed',
      inactive('failed'),
      { isInactive: true, peers: null, enode: null, seq: null, noAddress: 'inactive' },
    ],
    ['starting', inactive('starting'), { isInactive: true, peers: null, enode: null, capabilities: null }],
    ['stopping', { phase: 'stopping' }, { isInactive: false, peers: 37, noAddress: null }],
    [
      'running',
      {},
      { isInactive: false, peers: 37, enode: RUNNING.identity.enode, noAddress: null, port: 30_303 },
    ],
    ['stopped, with sockets still open', { phase: 'stopped' }, { enode: null, enr: null, peers: null }],
    ['without peers', { peers: { ...RUNNING.peers, total: 0 } }, { peers: 0 }],
    ['without discovery', { listening: [at('tcp', '0.0.0.0')], external: [] }, { noAddress: 'noDiscovery' }],
    [
      'without votes for its address',
      { listening: FOUR, external: [] },
      { noAddress: 'notAgreed', port: 30_303 },
    ],
    ['on IPv6 only', { listening: SIX, external: [] }, { noAddress: 'notAgreed', port: 30_303 }],
    [
      'with a set external address, without discovery',
      { listening: [at('tcp', '0.0.0.0')], external: [{ ip: '203.0.113.7', source: 'flag', votes: 0 }] },
      { noAddress: null },
    ],
    ['listening on UDP only', { listening: [at('udp', '0.0.0.0')] }, { enode: null, port: null }],
    ['without an ENR', { identity: { ...RUNNING.identity, enr: '', seq: '0' } }, { enr: null, seq: null }],
    ['in the demo', { network: { ...RUNNING.network, demo: true } }, { isInactive: false, peers: 37 }],
  ];

describe('what the window shows of the local node', () => {
  it.each(STATES)('%s', (_, change, shown) => {
    expect(shownFacts({ ...RUNNING, ...change })).toMatchObject(shown);
  });

  it('is never a value of an earlier run', () => {
    for (const phase of ['stopped', 'failed', 'starting'] as const) {
      const { isInactive, noAddress, ...figures } = shownFacts({ ...RUNNING, ...inactive(phase) });
      expect([isInactive, noAddress]).toEqual([true, 'inactive']);
      expect(Object.values(figures).filter((figure) => figure !== null)).toEqual([]);
    }
  });
});

describe('the text of an empty view', () => {
  const stateOf = (change: Partial<NodeStatus>): NodeStatus => ({ ...RUNNING, health: [], ...change });
  const idle = { ...RUNNING.peers, total: 0, dialing: 0 };
  const dialOff: HealthCheck = {
    id: 'peers-out',
    state: 'good',
    title: 'Dialling is off',
    evidence: 'as set',
    advice: null,
  };
  const noAnswers: HealthCheck = {
    id: 'discovery-v4',
    state: 'bad',
    title: 'No answers',
    evidence: '0% of pings',
    advice: 'Look.',
  };
  const old = NOW - 3_600_000;

  it.each<[string, NodeStatus | null, string]>([
    ['before the status', null, 'peers.emptyStopped'],
    ['stopped', stateOf({ phase: 'stopped' }), 'peers.emptyStopped'],
    ['failed, with values of an earlier run', stateOf({ phase: 'failed' }), 'peers.emptyStopped'],
    ['dialling', stateOf({ peers: { ...idle, dialing: 3 } }), 'peers.emptyText 3 2,318'],
    ['dialling no node', stateOf({ peers: idle, health: [dialOff] }), 'Dialling is off: as set.'],
    ['without a health check', stateOf({ peers: idle }), 'peers.emptyQuiet'],
  ])('for peers: %s', (_, status, text) => {
    expect(noPeersText(status, words as never)).toBe(text);
  });

  it.each<[string, NodeStatus | null, number | null, string]>([
    ['stopped', stateOf({ phase: 'stopped' }), 4, 'discovery.emptyStopped'],
    ['starting', stateOf({ phase: 'starting' }), 4, 'discovery.emptyStopped'],
    ['just started', stateOf({ startedAt: NOW - 1_000 }), 4, 'discovery.emptyText'],
    ['without bootnodes', stateOf({ startedAt: NOW - 1_000 }), 0, 'discovery.emptyNoBootnodes'],
    ['without UDP', stateOf({ listening: [at('tcp', '::')] }), 4, 'discovery.emptyOff'],
    ['on IPv6 only', stateOf({ listening: SIX, startedAt: NOW - 1_000 }), 4, 'discovery.emptyText'],
    [
      'long after the start',
      stateOf({ startedAt: old, health: [noAnswers] }),
      4,
      'No answers: 0% of pings. Look.',
    ],
    ['without a health check', stateOf({ startedAt: old }), null, 'discovery.emptyQuiet'],
  ])('for nodes: %s', (_, status, bootnodes, text) => {
    expect(noNodesText(status, bootnodes, NOW, words as never)).toBe(text);
  });
});

describe('the button of a health check', () => {
  it.each<[HealthAction, NodeStatus['phase'], string]>([
    [{ kind: 'start', params: {} }, 'stopped', 'node.start'],
    [{ kind: 'start', params: {} }, 'failed', 'health.tryAgain'],
    [{ kind: 'use-free-port', params: { key: 'port', port: 30_304 } }, 'failed', 'health.useFreePort 30304'],
    [{ kind: 'change-port', params: { key: 'port' } }, 'failed', 'health.changePort'],
    [{ kind: 'open-setting', params: { key: 'maxPeers' } }, 'running', 'health.openSetting Maximum peers'],
    [{ kind: 'reset-setting', params: { key: 'nat' } }, 'failed', 'health.resetSetting NAT'],
    [{ kind: 'open-view', params: { view: 'bans' } }, 'running', 'health.openView view.nodes'],
    [{ kind: 'open-view', params: { view: 'logs' } }, 'failed', 'health.openView view.logs'],
  ])('has a label: %o while %s', (action, phase, text) => {
    expect(healthActionText(action, phase, words as never)).toBe(text);
  });

  it('leaves less room for good checks', () => {
    const line = (id: string, state: 'good' | 'warning') => ({
      id,
      state,
      title: id,
      evidence: '',
      advice: null,
    });
    const good = ['a', 'b', 'c', 'd'].map((id) => line(id, 'good'));
    expect(healthList([line('x', 'warning'), ...good], 5, false).folded).toBe(0);
    const actions = [{ kind: 'start', params: {} }] as const;
    expect(healthList([{ ...line('x', 'warning'), actions }, ...good], 5, false).folded).toBeGreaterThan(0);
  });
});
