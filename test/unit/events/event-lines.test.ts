import { describe, expect, test } from 'vitest';
import type { Ban } from '../../../shared/model/ban.ts';
import { EventLines } from '../../../src-main/events/event-lines.ts';
import type { EndCause, NodeEvent } from '../../../src-main/events/events.ts';
import { DialOutcomes, PastOutcomes } from '../../../src-main/stats/outcomes.ts';
import { EventBus } from '../../../src-main/events/event-bus.ts';
import { logEvents } from '../../../src-main/events/event-log.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { fakeNode } from '../../support/nodes.ts';

const cause = (
  code: EndCause['code'],
  params: EndCause['params'] = {},
  by: EndCause['by'] = 'remote',
): EndCause => ({
  code,
  params,
  by,
  stage: 'hello',
  disconnectReason: undefined,
});
const node = fakeNode(new Uint8Array(32).fill(7), { ip: '192.0.2.5', tcp: 30303 });
const dial = (end: EndCause | undefined, kind: 'static' | 'dynamic' = 'dynamic'): NodeEvent => ({
  type: 'dial/ended',
  node,
  kind,
  cause: end,
  durationMs: 10,
});
const full = cause('too-many-peers');

describe('event lines', () => {
  test('have the cause of a failed dial and the side that ended it', () => {
    const lines = new EventLines();
    lines.apply(dial(full), 5_000);
    expect(lines.all()).toEqual([
      {
        seq: 1,
        at: 5_000,
        tone: 'quiet',
        kind: 'dial-ended',
        text: 'Dial ended: too many peers',
        nodeId: node.idHex,
        nodeName: null,
        address: '192.0.2.5:30303',
        direction: 'outbound',
        endedBy: 'remote',
      },
    ]);
  });

  test('have the values of a cause', () => {
    const lines = new EventLines();
    lines.apply(
      dial(cause('wrong-network', { theirs: '5', ours: '1', genesis: 'same' }, 'local'), 'static'),
      0,
    );
    expect(lines.all()[0]).toMatchObject({
      tone: 'warning',
      text: 'Dial of a static node ended: The peer is on network 5; this node is on network 1',
    });
  });

  test('have the sequence number of a verified DNS node list, or the reason of its failure', () => {
    const lines = new EventLines();
    const root = { type: 'dns/root', domain: 'trees.example.org', seq: 42 } as const;
    lines.apply({ ...root, failure: undefined }, 0);
    lines.apply(
      {
        ...root,
        failure: { code: 'bad-signature', message: 'The signature is not that of the list’s\u202e key.' },
      },
      1,
    );
    expect(lines.all()).toMatchObject([
      {
        kind: 'dns-root',
        tone: 'quiet',
        text: 'DNS node list trees.example.org verified: sequence number 42',
      },
      {
        tone: 'warning',
        text: 'DNS node list trees.example.org: The signature is not that of the list’s  key',
      },
    ]);
  });

  test('include a failed discovery v5 handshake, unless it timed out', () => {
    const lines = new EventLines();
    const session = {
      type: 'discovery/session',
      idHex: node.idHex,
      ip: '192.0.2.5',
      role: 'recipient',
    } as const;
    for (const failure of [undefined, 'timeout', 'bad-id-signature'] as const)
      lines.apply({ ...session, failure }, 0);
    expect(lines.all()).toMatchObject([
      {
        tone: 'quiet',
        text: 'Discovery v5 handshake failed: bad ID signature',
        nodeId: node.idHex,
        address: '192.0.2.5',
        direction: 'inbound',
      },
    ]);
  });

  test('have no line for a dial that led to a session', () => {
    const lines = new EventLines();
    lines.apply(dial(undefined), 0);
    lines.apply(
      { type: 'peer/added', idHex: 'aa', name: 'x', direction: 'inbound', ip: '2001:db8::1', port: 9 },
      0,
    );
    expect(lines.all()).toMatchObject([
      { tone: 'good', text: 'Peer added', address: '[2001:db8::1]:9', direction: 'inbound' },
    ]);
  });

  test('sanitise names of peers', () => {
    const lines = new EventLines();
    const name = `Geth\u001b[2J\u202e${'x'.repeat(1_000)}`;
    lines.apply({ type: 'peer/added', idHex: 'aa', name, direction: 'inbound', ip: '192.0.2.1', port: 9 }, 0);
    const shown = lines.all()[0]!.nodeName!;
    expect(shown).toHaveLength(256);
    expect(shown).not.toMatch(/[\u001b\u202e]/);
  });

  test('include lookups once a minute, and no packets', () => {
    const lines = new EventLines();
    for (let second = 0; second < 120; second += 1) {
      lines.apply(
        { type: 'discovery/lookup-done', target: '', rounds: 3, found: 16, durationMs: 900 },
        1e6 + second * 1e3,
      );
      lines.apply(
        { type: 'discovery/packet', direction: 'in', packet: 'ping', bytes: 1, ip: '192.0.2.1', port: 1 },
        0,
      );
    }
    expect(lines.all().map((line) => line.text)).toHaveLength(2);
    expect(lines.all()[0]!.text).toMatch(/^Lookup: 16 nodes in 3 rounds, /);
  });

  test('include bans: target, duration, reason and end', () => {
    const ban: Ban = {
      ...{ id: 'cidr:192.0.2.0/24', reason: 'floods\u001b[2J', offence: null, name: null },
      target: { kind: 'cidr', value: '192.0.2.0/24' },
      by: 'user',
      createdAt: 1_000,
      until: 3_601_000,
    };
    const target: Ban['target'] = { kind: 'node', value: node.idHex };
    const byScore: Ban = { ...ban, target, name: 'Geth', by: 'score', offence: 'bad-message', until: null };
    const lines = new EventLines();
    lines.apply({ type: 'ban/added', ban }, 1);
    lines.apply({ type: 'ban/removed', ban, how: 'replaced' }, 2);
    lines.apply({ type: 'ban/removed', ban, how: 'expired' }, 3);
    lines.apply({ type: 'ban/added', ban: byScore }, 4);
    lines.apply({ type: 'ban/removed', ban: byScore, how: 'user' }, 5);
    expect(lines.all()).toMatchObject([
      {
        tone: 'warning',
        kind: 'ban-added',
        text: expect.stringMatching(/^Banned for 1 h: floods/) as string,
        address: '192.0.2.0/24',
        nodeId: null,
      },
      { text: 'Ban expired' },
      {
        text: expect.stringMatching(/^Banned by score permanently: Bad message: floods/) as string,
        nodeId: node.idHex,
        nodeName: 'Geth',
        address: null,
      },
      { text: 'Ban removed' },
    ]);
    expect(lines.all()[0]!.text).not.toContain('\u001b');
  });

  test('do not repeat a renewal, except after a failure', () => {
    const mapping = { protocol: 'tcp', internalPort: 30303, externalPort: 30304, expiresAt: 1 } as const;
    const mapped = { type: 'nat/mapped', mapping, gateway: 'UPnP at 192.168.1.1' } as const;
    const failure = { code: 'no-answer', message: 'No answer.' } as const;
    const failed = { type: 'nat/failed', method: 'any', failure, retryInMs: 60_000 } as const;
    const lines = new EventLines();
    for (const event of [
      mapped,
      mapped,
      { ...mapped, mapping: { ...mapping, protocol: 'udp' as const } },
      mapped,
      failed,
      failed,
      mapped,
    ]) {
      lines.apply(event, 0);
    }
    expect(lines.all().map(({ text }) => text)).toEqual([
      'UPnP at 192.168.1.1 forwards TCP port 30304 to internal port 30303',
      'UPnP at 192.168.1.1 forwards UDP port 30304 to internal port 30303',
      'No port is forwarded (any): No answer; next attempt in 1 min',
      'UPnP at 192.168.1.1 forwards TCP port 30304 to internal port 30303',
    ]);
  });

  test('include changes of settings, sleep, addresses and dropped peers', () => {
    const lines = new EventLines();
    lines.apply({ type: 'settings/changed', keys: ['maxPeers', 'nat', 'other'] }, 0);
    lines.apply({ type: 'node/woke', sleptMs: 7_200_000 }, 0);
    lines.apply({ type: 'node/network-changed', addresses: ['192.0.2.1'] }, 0);
    lines.apply({ type: 'nat/external', ip: '203.0.113.7', source: 'stun' }, 0);
    lines.apply({ type: 'dropper/dropped', idHex: 'aa', direction: 'inbound' }, 0);
    expect(lines.all().map(({ text }) => text)).toEqual([
      'Settings changed: Maximum peers, NAT, other',
      expect.stringMatching(/^The machine slept for 2 h; /),
      'Addresses of this machine are now: 192.0.2.1',
      'External address reported by the STUN server',
      'Peer dropped to free a slot',
    ]);
  });

  test('state why a start failed, in the log as an error', () => {
    const reason = 'TCP port 30303 is in use by another program: \u202echoose another port.';
    const failed: NodeEvent = { type: 'node/phase', phase: 'failed', code: 'port-in-use', reason };
    const lines = new EventLines();
    lines.apply({ type: 'node/phase', phase: 'starting' }, 1);
    lines.apply(failed, 2);
    expect(lines.all()).toMatchObject([
      { tone: 'quiet', text: 'Node is starting' },
      {
        tone: 'bad',
        kind: 'node-phase',
        text: 'Node could not start: TCP port 30303 is in use by another program:  choose another port',
      },
    ]);
    const { logger, lines: logged } = recordedLog();
    const bus = new EventBus(new VirtualClock(), logger);
    logEvents(bus, logger);
    bus.emit(failed);
    expect(logged.at(-1)).toMatchObject({
      level: 'error',
      message: 'the node cannot start',
      fields: { code: 'port-in-use', reason: reason.replace('\u202e', ' ') },
    });
  });

  test('have the same text in the log', () => {
    const { logger, lines } = recordedLog();
    const bus = new EventBus(new VirtualClock(), logger);
    logEvents(bus, logger);
    bus.emit({ type: 'settings/changed', keys: ['maxPeers'] });
    expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'Settings changed: Maximum peers' });
  });

  test('are bounded, and are read from a sequence number on', () => {
    const lines = new EventLines();
    for (let number = 0; number < 700; number += 1) lines.apply(dial(full), number);
    expect(lines.all()).toHaveLength(500);
    expect(lines.newest).toBe(700);
    expect(lines.after(697).map((line) => line.seq)).toEqual([698, 699, 700]);
    expect(lines.after(700)).toEqual([]);
    expect(lines.after(0)).toHaveLength(500);
  });
});

describe('the outcomes', () => {
  test('count the causes of the last hour, most frequent first', () => {
    const dials = new DialOutcomes();
    const minute = (number: number): number => number * 60_000;
    dials.apply(dial(full), minute(1));
    dials.apply(dial(full), minute(60));
    dials.apply(dial(undefined), minute(60));
    dials.apply(dial(full), minute(61));
    dials.apply(dial(cause('useless-peer')), minute(61));
    expect(dials.list(minute(61))).toEqual([
      { code: 'too-many-peers', count: 2, dialled: true },
      { code: 'connected', count: 1, dialled: true },
      { code: 'useless-peer', count: 1, dialled: true },
    ]);
    expect(dials.list(minute(200))).toEqual([]);
  });

  test('count candidates that were not dialled separately, by refusal', () => {
    const dials = new DialOutcomes();
    dials.apply({ type: 'dial/refused', node, reason: 'other-network' }, 1);
    dials.apply({ type: 'dial/refused', node, reason: 'other-network' }, 2);
    dials.apply(dial(undefined), 3);
    expect(dials.list(4)).toEqual([
      { code: 'connected', count: 1, dialled: true },
      { code: 'other-network', count: 2, dialled: false },
    ]);
  });

  test('are kept per node, newest first, at most ten', () => {
    const outcomes = new PastOutcomes();
    for (let number = 0; number < 15; number += 1) outcomes.apply(dial(full), number);
    expect(outcomes.of(node.idHex)).toHaveLength(10);
    expect(outcomes.of(node.idHex)[0]).toEqual({
      at: 14,
      code: 'too-many-peers',
      params: {},
      by: 'remote',
      stage: full.stage,
      message: null,
    });
    expect(outcomes.of('unknown')).toEqual([]);
  });

  test('include an inbound connection only if its node ID is known', () => {
    const outcomes = new PastOutcomes();
    const inbound = { type: 'inbound/ended', ip: '192.0.2.5', port: 9, cause: full } as const;
    outcomes.apply({ ...inbound, idHex: undefined }, 1);
    outcomes.apply({ ...inbound, idHex: node.idHex }, 2);
    expect(outcomes.of(node.idHex)).toMatchObject([{ at: 2, code: 'too-many-peers' }]);
  });
});
