import { describe, expect, it } from 'vitest';
import type { NodeStatus } from '../../../shared/model/node.ts';
import { OWN_CHECKS, type OwnCheck, type OwnCheckName } from '../../../shared/model/own-node.ts';
import type { OwnNodeFacts } from '../../../src-main/doctor/own-facts.ts';
import { checkOwnNode } from '../../../src-main/doctor/own-node.ts';
import { contactsOf, NOW, ownFacts } from '../../support/own-node-facts.ts';

const check = (
  name: OwnCheckName,
  change: Partial<OwnNodeFacts> = {},
  status: Partial<NodeStatus> = {},
): OwnCheck => checkOwnNode(ownFacts(change, status)).checks.find((each) => each.check === name)!;

const stateOf = (...given: Parameters<typeof check>): readonly [string, string] => {
  const { state, finding } = check(...given);
  return [state, finding];
};
const none = { ipv4: contactsOf(), ipv6: contactsOf() };
const fresh = { startedAt: NOW - 60_000 };

describe('the report on this node', () => {
  it('has all checks in their order, all passed for a node that is reached by every way', () => {
    const { checks, verdict, startedAt } = checkOwnNode(ownFacts());
    expect(checks.map((each) => each.check)).toEqual([...OWN_CHECKS]);
    expect(checks.map(({ state }) => state)).toEqual(Array.from(OWN_CHECKS, () => 'passed'));
    expect(startedAt).toBe(NOW - 3 * 3_600_000);
    expect(verdict).toMatchObject({
      result: 'open',
      fault: 'none',
      title: 'Others reach this node by UDP over IPv4, TCP over IPv4, UDP over IPv6 and TCP over IPv6',
    });
  });

  it('has no check while the node does not run, and offers to start it', () => {
    const report = checkOwnNode(ownFacts({}, { phase: 'stopped', listening: [] }));
    expect(report.checks).toEqual([]);
    expect(report.startedAt).toBeNull();
    expect(report.verdict).toMatchObject({
      result: 'stopped',
      actions: [{ kind: 'start', params: {} }],
    });
  });

  it('marks every own address, and none of a finding, a reason or an advice', () => {
    const { checks, verdict } = checkOwnNode(ownFacts());
    const own = /203\.0\.113\.7|2001:db8::7|192\.168/;
    for (const { finding, explanation, problem, evidence } of checks) {
      expect(JSON.stringify([finding, explanation, problem])).not.toMatch(own);
      for (const { facts } of evidence)
        for (const each of facts) expect(own.test(each.value) && !each.isOwn, each.name).toBe(false);
    }
    expect(JSON.stringify(verdict)).not.toMatch(own);
  });
});

describe('the check of the sockets', () => {
  it('fails without a TCP socket, and without a UDP socket that discovery needs', () => {
    const [tcp, udp] = (['tcp', 'udp'] as const).map((protocol) => [
      { protocol, ip: '0.0.0.0', port: 30303 },
    ]);
    expect(stateOf('listening', {}, { listening: udp! })).toEqual(['failed', 'No TCP socket is open']);
    expect(stateOf('listening', {}, { listening: tcp! })).toEqual(['failed', 'No UDP socket is open']);
    expect(stateOf('listening', { discovery: { v4: false, v5: false } }, { listening: tcp! })).toEqual([
      'passed',
      'TCP only, because discovery is off, IPv4',
    ]);
  });
});

describe('the check of the address', () => {
  it('counts the networks that report the announced address', () => {
    const { finding, subject } = check('address');
    expect(finding).toBe('41 of 43 networks report the same address');
    expect(subject).toBe('203.0.113.7, 2001:db8::7');
  });

  it.each([
    ['votes', 'agreed earlier; no report in the last 5 min'],
    ['flag', 'set by the setting NAT; no node has reported it yet'],
    ['interface', 'this machine’s own address'],
  ] as const)('names the source %s while nobody reports it', (source, finding) => {
    const reported = { ipv4: [], ipv6: [] };
    const external = [{ ip: '203.0.113.7', source, votes: 0 }];
    expect(stateOf('address', { reported }, { external })).toEqual(['passed', finding]);
  });

  it('fails if ten networks report another address, and not if nine do', () => {
    const reported = (votes: number) => ({
      ipv4: [{ ip: '198.51.100.1', port: 30303, votes }],
      ipv6: [],
    });
    const external = [{ ip: '203.0.113.7', source: 'flag', votes: 0 }] as const;
    expect(check('address', { reported: reported(10) }, { external })).toMatchObject({
      state: 'failed',
      finding: '10 networks report another address',
      problem: { fault: 'ours', certainty: 'likely' },
    });
    expect(check('address', { reported: reported(9) }, { external }).state).toBe('passed');
  });

  it('finds a symmetric NAT by many ports of one address', () => {
    const ports = [4_001, 4_002, 4_003].map((port) => ({ ip: '203.0.113.7', port, votes: 4 }));
    expect(check('address', { reported: { ipv4: ports, ipv6: [] } })).toMatchObject({
      state: 'failed',
      problem: { title: 'A symmetric NAT is in front of this node', fault: 'network' },
    });
    const mostly = [{ ip: '203.0.113.7', port: 30303, votes: 20 }, ...ports];
    expect(check('address', { reported: { ipv4: mostly, ipv6: [] } }).state).toBe('passed');
  });

  it('waits for votes for five minutes, then finds that no address is announced', () => {
    const reported = { ipv4: [{ ip: '203.0.113.7', port: 30303, votes: 3 }], ipv6: [] };
    const early = { ...fresh, external: [] };
    expect(stateOf('address', { reported }, early)).toEqual([
      'waiting',
      'Not known yet: 3 networks of 10 agree',
    ]);
    expect(check('address', { reported }, { external: [] }).state).toBe('doubtful');
    expect(check('address', { reported, confined: true }, { external: [] }).state).toBe('waiting');
  });

  it('finds a private address, unless only private networks are allowed', () => {
    const external = [{ ip: '192.168.1.4', source: 'interface', votes: 0 }] as const;
    const reported = { ipv4: [], ipv6: [] };
    expect(check('address', { reported }, { external }).problem?.title).toBe(
      'A private address is announced',
    );
    expect(check('address', { reported, confined: true }, { external }).state).toBe('passed');
  });
});

describe('the check of a way', () => {
  it('passes with a contact that another node began, and says when the last one was', () => {
    expect(stateOf('tcp4')).toEqual(['passed', '12 connections came in from outside, last 4 min ago']);
    expect(stateOf('udp4')).toEqual([
      'passed',
      '37 requests from nodes that we had not contacted, last 4 min ago',
    ]);
  });

  it('waits for 15 minutes after the start', () => {
    const contacts = { tcp: none, udp: none };
    expect(check('tcp4', { contacts }, fresh).state).toBe('waiting');
    expect(check('tcp4', { contacts }, { startedAt: NOW - 15 * 60_000 }).state).toBe('waiting');
    expect(check('tcp4', { contacts }, { startedAt: NOW - 16 * 60_000 }).state).toBe('doubtful');
  });

  it.each([
    [19, 'doubtful', 'unclear'],
    [20, 'failed', 'likely'],
  ] as const)('judges TCP without contact by %i contacts over UDP as %s', (outside, state, certainty) => {
    const contacts = { tcp: none, udp: { ...none, ipv6: contactsOf(outside) } };
    const found = check('tcp6', { contacts });
    expect(found).toMatchObject({ state, problem: { certainty } });
    expect(found.problem?.advice).toBe(
      'Allow inbound TCP port 30303 over IPv6 in the router and in the firewall of this machine.',
    );
  });

  it('does not count contacts from the local network as proof, but names them', () => {
    const contacts = { udp: none, tcp: { ...none, ipv4: contactsOf(0, 4) } };
    expect(stateOf('tcp4', { contacts })).toEqual([
      'doubtful',
      'No contact from outside in 3 h, though our ENR announces it; 4 from the local network',
    ]);
  });

  it('counts them in a private network', () => {
    const contacts = { udp: none, tcp: { ...none, ipv4: contactsOf(0, 4) } };
    expect(stateOf('tcp4', { contacts, confined: true })).toEqual([
      'passed',
      '4 connections from the allowed networks',
    ]);
    expect(check('udp4', { contacts, confined: true }).state).toBe('waiting');
  });

  it('is not needed without a socket, with discovery off, and without an announced address', () => {
    const listening = [
      { protocol: 'tcp', ip: '0.0.0.0', port: 30303 },
      { protocol: 'udp', ip: '0.0.0.0', port: 30303 },
    ] as const;
    expect(stateOf('tcp6', {}, { listening })).toEqual([
      'not-needed',
      'Not needed: the node does not listen on IPv6',
    ]);
    const discovery = { v4: false, v5: false };
    expect(stateOf('udp4', { discovery }, { listening: [listening[0]] })).toEqual([
      'not-needed',
      'Not needed: discovery is off',
    ]);
    const record = { ...ownFacts().record!, ip6: undefined };
    expect(stateOf('tcp6', { record, contacts: { tcp: none, udp: none } })).toEqual([
      'not-needed',
      'Not announced: our ENR has no IPv6 address',
    ]);
  });

  it('names the firewall of this machine if the gateway forwards the port', () => {
    const contacts = { tcp: none, udp: none };
    expect(check('tcp4', { contacts }).problem?.advice).toMatch(/^The gateway forwards the port/);
    const nat = { ...ownFacts().status.nat, mappings: [] };
    expect(check('tcp4', { contacts }, { nat }).problem?.advice).toMatch(/^Forward TCP port 30303/);
  });
});

describe('the check of NAT', () => {
  const nat = ownFacts().status.nat;
  const failed = {
    ...nat,
    state: 'failed',
    mappings: [],
    gateway: null,
    failure: { code: 'no-gateway', message: 'No gateway answers.' },
  } as const;

  it.each([
    [nat, 'passed', 'UPnP maps TCP and UDP for another 49 min'],
    [{ ...nat, state: 'searching' }, 'waiting', 'Searching for a gateway'],
    [{ ...nat, method: 'none', state: 'off' }, 'not-needed', 'The setting NAT is none'],
    [{ ...nat, state: 'known' }, 'not-needed', 'Not needed: the setting NAT names the address'],
    [failed, 'not-needed', 'Not needed: connections come in without a mapping'],
  ] as const)('%#: is %s', (given, state, finding) => {
    expect(stateOf('nat', {}, { nat: given })).toEqual([state, finding]);
  });

  it('is doubtful if the mapping failed and no connection arrives', () => {
    const contacts = { tcp: none, udp: none };
    expect(check('nat', { contacts }, { nat: failed })).toMatchObject({
      state: 'doubtful',
      finding: 'No gateway answers',
      problem: { title: 'No gateway maps the ports' },
    });
    const partial = {
      ...nat,
      state: 'partial',
      failure: { code: 'no-gateway', message: 'UDP is taken.' },
    } as const;
    expect(check('nat', {}, { nat: partial }).problem?.title).toBe('The gateway maps one port only');
  });
});

describe('the check of the ENR', () => {
  const record = ownFacts().record!;

  it.each([
    [{ ip: undefined, ip6: undefined }, 'The ENR has no address'],
    [{ tcp: undefined, tcp6: undefined }, 'The ENR has no TCP port'],
    [{ udp: undefined, udp6: undefined, forkHash: undefined }, 'The ENR has no UDP port, no fork ID'],
  ])('finds what is missing in %j', (change, finding) => {
    expect(stateOf('record', { record: { ...record, ...change } })).toEqual(['doubtful', finding]);
  });

  it('waits for the address after the start, and in a private network', () => {
    const given = { record: { ...record, ip: undefined, ip6: undefined } };
    expect(stateOf('record', given, fresh)).toEqual(['waiting', 'The ENR has no address yet']);
    expect(check('record', { ...given, confined: true }).state).toBe('waiting');
  });

  it('fails with another fork ID than ours', () => {
    expect(check('record', { record: { ...record, forkHash: '0xcb37b2d9' } }).state).toBe('failed');
  });

  it('says how many requests were answered', () => {
    expect(check('record').finding).toBe('Complete; 19 ENRRequests answered');
    expect(check('record', { recordRequests: { asked: 0, answered: 0 } }).finding).toBe('Complete');
  });
});

describe('the check of the slots', () => {
  const { peers, limits } = ownFacts().status;

  it('counts what both limits leave', () => {
    expect(check('slots').finding).toBe('13 of 34 inbound slots free');
    expect(check('slots', {}, { peers: { ...peers, total: 49 } }).finding).toBe('1 of 34 inbound slots free');
  });

  it('is doubtful without a free one', () => {
    expect(stateOf('slots', {}, { peers: { ...peers, inbound: 34, total: 50 } })).toEqual([
      'doubtful',
      'No inbound slot is free',
    ]);
    expect(stateOf('slots', {}, { limits: { ...limits, maxInbound: 0 } })).toEqual([
      'doubtful',
      'The limits leave no inbound slot',
    ]);
  });
});

describe('the check of the clock', () => {
  it.each([
    [0, 'passed', 'Agrees with 41 nodes'],
    [-4_000, 'passed', '4.0 s ahead of 41 nodes'],
    [5_001, 'doubtful', '5.0 s behind 41 nodes'],
    [20_000, 'doubtful', '20.0 s behind 41 nodes'],
    [20_001, 'failed', '20.0 s behind 41 nodes'],
    [7_200_000, 'failed', '2 h behind 41 nodes'],
  ] as const)('of %i ms is %s', (offsetMs, state, finding) => {
    expect(stateOf('clock', {}, { clock: { offsetMs, samples: 41 } })).toEqual([state, finding]);
  });

  it('waits for packets, which only discovery v4 has', () => {
    expect(check('clock', {}, { clock: null }).state).toBe('waiting');
    const discovery = { v4: false, v5: true };
    expect(check('clock', { discovery }, { clock: null }).state).toBe('not-needed');
  });
});

describe('the check of the fork', () => {
  const strange = { hash: 'cb37b2d9', peers: 12, peersOnOurFork: 3, isPassed: true };

  it('counts the nodes that announce our fork', () => {
    expect(stateOf('fork')).toEqual(['passed', '104 nodes in the tables announce the same fork']);
    expect(check('fork', { nodesOnOurFork: 0 }).state).toBe('waiting');
  });

  it.each([
    [strange, 'failed'],
    [{ ...strange, peersOnOurFork: 12 }, 'doubtful'],
    [{ ...strange, isPassed: false }, 'doubtful'],
  ] as const)('judges an unknown fork: %j is %s', (strangeFork, state) => {
    expect(check('fork', { strangeFork }).state).toBe(state);
  });
});

describe('the verdict on this node', () => {
  const verdict = (change: Partial<OwnNodeFacts>, status: Partial<NodeStatus> = {}) =>
    checkOwnNode(ownFacts(change, status)).verdict;

  it('names the open and the closed ways', () => {
    const contacts = { ...ownFacts().contacts, tcp: { ipv4: contactsOf(12), ipv6: contactsOf() } };
    expect(verdict({ contacts })).toMatchObject({
      result: 'limited',
      title:
        'Others reach this node by UDP over IPv4, TCP over IPv4 and UDP over IPv6, but not by TCP over IPv6',
      fault: 'ours',
      certainty: 'likely',
    });
  });

  it('puts a cause before its effects, and a failed check before a doubtful one', () => {
    const contacts = { tcp: none, udp: none };
    const wrongClock = { clock: { offsetMs: 90_000, samples: 41 } };
    expect(verdict({ contacts }, wrongClock)).toMatchObject({
      result: 'closed',
      title: 'The clock of this machine is wrong',
    });
    const offClock = { clock: { offsetMs: 9_000, samples: 41 } };
    const udpOnly = { ...ownFacts().contacts, tcp: none };
    expect(verdict({ contacts: udpOnly }, offClock).title).toMatch(
      /but not by TCP over IPv4 and TCP over IPv6$/,
    );
  });

  it('claims nothing before the first contact', () => {
    expect(verdict({ contacts: { tcp: none, udp: none } }, fresh)).toMatchObject({
      result: 'unknown',
      certainty: 'unclear',
    });
  });

  it('names the allowed networks in a private network', () => {
    const contacts = { tcp: { ...none, ipv4: contactsOf(0, 2) }, udp: none };
    expect(verdict({ contacts, confined: true }).title).toBe(
      'Nodes of the allowed networks reach this node by TCP over IPv4',
    );
  });
});
