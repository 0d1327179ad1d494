import {
  DOCTOR_STEPS,
  type DoctorFact,
  type DoctorRecord,
  type DoctorReport,
  type DoctorStep,
  type DoctorStepName,
  type DoctorSummary,
  type DoctorVerdict,
} from '../../../shared/model/doctor.ts';
import type { NodeStatus } from '../../../shared/model/node.ts';
import type { InboundContacts, OwnNodeReport } from '../../../shared/model/own-node.ts';
import { checkOwnNode } from '../../../src-main/doctor/own-node.ts';
import { recordRow } from '../record-row.ts';
import { HOSTILE_NAMES, MINUTE, type Scenario } from './fixture-data.ts';

/* Made-up tests of the Doctor. The port in the input selects the outcome. */

const KEY =
  '79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8';
export const TESTED = {
  ok: `enode://${KEY}@198.51.100.21:30303`,
  fail: `enode://${KEY}@node7.example.org:30399`,
  running: `enode://${KEY}@198.51.100.21:30300`,
  wrong: `enode://79be667ef9dcbbac55a06295ce870b07029bfcdb2dceg8d959f2815b16f81798@198.51.100.21:30303`,
  special: `enode://${KEY}@192.168.1.9:30303`,
} as const;
type Outcome = keyof typeof TESTED;

const fact = (name: string, value: string, tone: DoctorFact['tone'] = null, isOwn = false): DoctorFact => ({
  name,
  value,
  tone,
  isOwn,
});
const sent = (...facts: readonly DoctorFact[]) => ({ direction: 'sent' as const, afterMs: 0, facts });
const received = (afterMs: number, ...facts: readonly DoctorFact[]) => ({
  direction: 'received' as const,
  afterMs,
  facts,
});

type Found = Partial<Omit<DoctorStep, 'step'>>;
const passed = (finding: string, startMs: number, durationMs: number, more: Found = {}): Found => ({
  state: 'passed',
  finding,
  startMs,
  durationMs,
  exchanges: [
    sent(fact('Packet', 'Request, 127 bytes'), fact('To', '198.51.100.21:30303')),
    received(
      durationMs,
      fact('Packet', 'Response, 158 bytes'),
      fact('Sees us at', '203.0.113.7:30303', null, true),
    ),
  ],
  ...more,
});

const OK: Partial<Record<DoctorStepName, Found>> = {
  parse: { ...passed('enode, key on the curve, TCP and UDP 30303', 0, 0.4), exchanges: [] },
  dns: { state: 'not-needed', finding: 'Not needed: the enode has an IP address' },
  address: { ...passed('198.51.100.21 can be reached over IPv4', 0.5, 0.2), exchanges: [] },
  ping: passed('Pong signed by the key in the enode', 1, 31),
  enr: passed('Seq 1,204, the same endpoint as the enode', 33, 32),
  discv5: passed('WHOAREYOU, handshake, Pong: keys agreed', 66, 96),
  tcp: passed('198.51.100.21:30303 accepted', 163, 31),
  rlpx: passed('Auth and ack, EIP-8, keys agreed', 195, 78),
  hello: passed('Geth/v1.17.8, agreed on eth/69', 274, 64, {
    exchanges: [
      sent(
        fact('Version', 'p2p/5'),
        fact('Client', 'Enodeck/v0.1.0/linux-x64'),
        fact('Offers', 'eth/68, eth/69'),
      ),
      received(
        64,
        fact('Version', 'p2p/5'),
        fact('Client', 'Geth/v1.17.8-stable/linux-amd64'),
        fact('Offers', 'eth/69, eth/70, snap/1'),
      ),
    ],
  }),
  status: passed('Our network, genesis and fork', 339, 173, {
    exchanges: [
      sent(fact('Network', '1, mainnet'), fact('Fork', '07c9462e, none planned'), fact('Blocks', '0 to 0')),
      received(
        173,
        fact('Network', '1', 'good'),
        fact('Fork', '07c9462e', 'good'),
        fact('Blocks', '0 to 23,817,402', 'good'),
      ),
    ],
  }),
  headers: passed('Header 0, the hash of our genesis', 513, 44),
};

const FAIL: Partial<Record<DoctorStepName, Found>> = {
  ...OK,
  parse: { ...passed('enode, key on the curve, TCP and UDP 30399', 0, 0.4), exchanges: [] },
  dns: passed('198.51.100.21, no IPv6 address', 1, 12),
  enr: passed('Its ENR says TCP 30304, the enode 30399', 55, 44, {
    state: 'doubtful',
    exchanges: [
      sent(
        fact('Packet', 'ENRRequest, 127 bytes'),
        fact('To', '198.51.100.21:30399'),
        fact('Expires', 'in 20 s'),
      ),
      received(
        44,
        fact('Packet', 'ENRResponse, 284 bytes'),
        fact('Signature', 'valid, the same key as the Pong', 'good'),
        fact('TCP', '30304', 'look'),
        fact('Fork', '07c9462e'),
      ),
    ],
  }),
  discv5: passed('WHOAREYOU, handshake, Pong: keys agreed', 99, 85),
  tcp: passed('Refused by 198.51.100.21:30399', 184, 38, {
    state: 'failed',
    explanation:
      'A firewall that drops would be silent for 15 s. A reset means that nothing listens there, or that a firewall refuses openly. Here the ENR decides: it names another port.',
    exchanges: [
      sent(fact('Packet', 'SYN'), fact('To', '198.51.100.21:30399')),
      received(
        38,
        fact('Packet', 'RST, at once'),
        fact('System', 'ECONNREFUSED'),
        fact('Means', 'nothing listens at this port'),
      ),
    ],
  }),
  rlpx: { state: 'not-reached', finding: 'Not reached: needs a TCP connection' },
  hello: { state: 'not-reached', finding: 'Not reached' },
  status: { state: 'not-reached', finding: 'Not reached' },
  headers: { state: 'not-reached', finding: 'Not reached' },
};

const RUNNING: Partial<Record<DoctorStepName, Found>> = {
  ...Object.fromEntries(
    (['parse', 'dns', 'address', 'ping', 'enr'] as const).map((name) => [name, OK[name]]),
  ),
  discv5: { state: 'running', startMs: 66 },
};

const WRONG: Partial<Record<DoctorStepName, Found>> = {
  parse: {
    ...{ state: 'failed', startMs: 0, durationMs: 0.1 },
    finding: 'The public key has a character that is not a hex digit',
    explanation: 'An enode URL is enode://, 128 hex digits, @, an address and a port.',
  },
  ...Object.fromEntries(
    DOCTOR_STEPS.slice(1).map((step) => [
      step,
      { state: 'not-reached', finding: 'Not reached: the text is not a node' },
    ]),
  ),
};

const VERDICTS: Readonly<Record<Outcome, DoctorVerdict | null>> = {
  ok: {
    ...{ result: 'peer', cause: null, fault: 'none', certainty: 'proven', suggestion: null },
    title: 'It answers at every step, and it accepts this node',
    meaning:
      'Its ENR is current, its fork is ours, and it had a free slot: it sent no Disconnect after Status.',
    reason: 'all steps passed, and it answered a header request',
    advice: 'Add it to the static nodes to keep a session with it.',
  },
  fail: {
    ...{ result: 'no-peer', fault: 'theirs', certainty: 'proven' },
    cause: { code: 'connection-refused', params: {} },
    title: 'It is alive, but not at the TCP port of the enode',
    meaning:
      'The enode is out of date: it names TCP 30399, and the ENR that the node itself signed names 30304.',
    reason: 'the key of the enode signed the ENR',
    advice: 'Test the port in its ENR. If that works, keep that enode and tell the operator.',
    suggestion: TESTED.fail.replace('30399', '30304?discport=30399'),
  },
  running: null,
  wrong: {
    ...{ result: 'not-tested', fault: 'ours', certainty: 'proven', suggestion: null },
    cause: { code: 'bad-public-key', params: {} },
    title: 'The text is not an enode URL',
    meaning: 'The public key has a character that is not a hex digit.',
    reason: 'the text was read here',
    advice: 'Copy the enode URL again from where it was given.',
  },
  special: {
    ...{ result: 'not-tested', fault: 'none', certainty: 'proven', suggestion: null },
    cause: { code: 'special-address', params: {} },
    title: '192.168.1.9 is a private address',
    meaning: 'The test stopped before it contacted the address: it may be another machine of this network.',
    reason: 'the address is in 192.168.0.0/16',
    advice: 'Test it if you know the machine.',
  },
};

const FINDINGS: Readonly<Record<Outcome, Partial<Record<DoctorStepName, Found>>>> = {
  ...{ ok: OK, fail: FAIL, running: RUNNING, wrong: WRONG },
  special: {
    parse: OK.parse!,
    address: { ...passed('192.168.1.9 is a private address', 0.5, 0.1), state: 'doubtful', exchanges: [] },
    ...Object.fromEntries(
      DOCTOR_STEPS.slice(3).map((step) => [
        step,
        { state: 'not-reached', finding: 'Not reached: not contacted yet' },
      ]),
    ),
  },
};

/** What crossed the wire in a step: protocol, the messages out and in, and what they say. */
const WIRE: Partial<Record<DoctorStepName, readonly [string, string, string, string, string]>> = {
  ping: [
    'discv4',
    'Ping',
    'v4 to 198.51.100.21:30303, ENR 1,747',
    'Pong',
    'sees 203.0.113.7:30303, ENR 1,204',
  ],
  enr: ['discv4', 'ENRRequest', 'expires in 20 s', 'ENRResponse', 'ENR 1,204, 198.51.100.21'],
  discv5: ['discv5', 'Ping', '#1, ENR 1,747', 'Pong', '#1, ENR 1,204, sees 203.0.113.7:30303'],
  rlpx: ['rlpx', 'auth', 'version 4', 'ack', 'version 4'],
  hello: [
    'p2p',
    'Hello',
    'Enodeck/v0.1.0/linux-x64, eth/68, eth/69',
    'Hello',
    'Geth/v1.17.8-stable/linux-amd64/go1.25.1, eth/68, eth/69, eth/70, snap/1',
  ],
  status: [
    'eth/69',
    'Status',
    'network 1, fork 07c9462e',
    'Status',
    'network 1, fork 07c9462e, 0 to 23,817,402',
  ],
  headers: ['eth/69', 'GetBlockHeaders', '#1, 1 header from 23,817,402', 'BlockHeaders', '#1, 23,817,402'],
};

/** The packets and messages of a step. */
export function makeDoctorRecords(step: DoctorStepName, now: number): readonly DoctorRecord[] {
  const [protocol, out, sentText, back, receivedText] = WIRE[step] ?? [];
  if (protocol === undefined) return [];
  const record = (seq: number, direction: 'in' | 'out', name = '', summary = ''): DoctorRecord => ({
    row: recordRow({
      ...{ seq, at: now, address: '198.51.100.21:30303', direction, protocol, name, wireBytes: 127 },
      ...{ role: 'announcement', test: '1' },
    }),
    decoded: {
      tree: { name, type: 'message', start: 0, end: 0, value: null, note: null, children: [], omitted: 0 },
      ...{ summary, fault: null, json: null },
    },
  });
  return [record(1_233, 'out', out, sentText), record(1_234, 'in', back, receivedText)];
}

const outcomeOf = (input: string): Outcome =>
  (Object.keys(TESTED) as Outcome[]).find((name) => TESTED[name] === input) ??
  (input.includes('30399') ? 'fail' : 'ok');

/** The report of a test of `input`. */
export function makeDoctorReport(id: string, input: string, scenario: Scenario, now: number): DoctorReport {
  const outcome = outcomeOf(input);
  const hostile = scenario === 'hostile';
  const steps = DOCTOR_STEPS.map((step): DoctorStep => {
    const found = FINDINGS[outcome][step] ?? {};
    return {
      ...{ step, state: 'waiting', finding: '', startMs: null, durationMs: null },
      ...{ exchanges: [], explanation: null, cause: null, records: [] },
      ...found,
      ...(found.startMs != null && WIRE[step] !== undefined && { records: [1_233, 1_234] }),
      ...(hostile && step === 'hello' && { finding: `${HOSTILE_NAMES[0]!} ${HOSTILE_NAMES[2]!}` }),
    };
  });
  const isRunning = outcome === 'running';
  return {
    id,
    input,
    wrongAt: outcome === 'wrong' ? input.indexOf('g') : null,
    nodeId: outcome === 'wrong' ? null : 'a0'.padEnd(64, '7'),
    startedAt: isRunning ? now - 140 : now - 9 * MINUTE,
    endedAt: isRunning ? null : now - 9 * MINUTE + 560,
    network: 'mainnet',
    version: '0.1.0',
    steps,
    verdict: VERDICTS[outcome],
  };
}

/** Earlier tests. */
export function makeDoctorTests(scenario: Scenario, now: number): readonly DoctorSummary[] {
  if (scenario === 'empty' || scenario === 'stopped' || scenario === 'broken') return [];
  return ([TESTED.fail, TESTED.ok] as const).map((input, at) =>
    makeDoctorReport(String(at + 1), input, scenario, now - at * 50 * MINUTE),
  );
}

const contacts = (outside: number, now: number): InboundContacts => ({
  outside,
  local: 2,
  newestAt: outside > 0 ? now - 4 * MINUTE : null,
});

/** The report on our own node: TCP over IPv6 is closed, unless nothing is known yet. */
export function makeOwnNode(scenario: Scenario, status: NodeStatus, now: number): OwnNodeReport {
  const isNew = scenario === 'empty' || scenario === 'off';
  const none = { ipv4: contacts(0, now), ipv6: contacts(0, now) };
  const listening = (['tcp', 'udp'] as const).flatMap((protocol) =>
    ['0.0.0.0', '::'].map((ip) => ({ protocol, ip, port: 30303 })),
  );
  return checkOwnNode({
    now,
    status: { ...status, listening },
    confined: false,
    discovery: { v4: true, v5: true },
    contacts: isNew
      ? { tcp: none, udp: none }
      : {
          tcp: { ipv4: contacts(12, now), ipv6: contacts(0, now) },
          udp: { ipv4: contacts(37, now), ipv6: contacts(212, now) },
        },
    reported: {
      ipv4: status.external.slice(0, 1).flatMap(({ ip }) => [
        { ip, port: 30303, votes: 41 },
        { ip: '198.51.100.1', port: 30303, votes: 2 },
      ]),
      ipv6: [],
    },
    record: {
      seq: 1747n,
      ...{ ip: status.external[0]?.ip, udp: 30303, tcp: 30303 },
      ...{ ip6: isNew ? undefined : '2001:db8::7', udp6: 30303, tcp6: 30303 },
      forkHash: status.network.forkId.hash,
    },
    recordRequests: { asked: isNew ? 0 : 19, answered: isNew ? 0 : 19 },
    nodesOnOurFork: isNew ? 0 : 104,
    strangeFork: undefined,
  });
}
