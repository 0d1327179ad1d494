/** The steps over UDP: Ping and record request of discovery v4, the handshake of v5. */
import { bytesToHex, equalBytes } from '../base/bytes.ts';
import { describeError } from '../base/errors.ts';
import { formatSocketAddress, ipFamily } from '../base/ip.ts';
import type { Scope } from '../base/lifecycle.ts';
import type { Clock } from '../base/runtime.ts';
import { isTimeout } from '../discovery/errors.ts';
import { EXPIRATION_SECONDS } from '../discovery/v4/constants.ts';
import type { EnrResponse, Pong } from '../discovery/v4/messages.ts';
import type { ProbeAnswer, V4Probe } from '../discovery/v4/probe.ts';
import type { ChainStatus } from '../eth/chain-source.ts';
import { decodeEnr, EnrError, type Enr } from '../node-record/enr.ts';
import { withEndpoint } from '../node-record/node-factory.ts';
import type { DoctorDiscovery } from './environment.ts';
import type { Evidence, ProbedEndpoint } from './evidence.ts';
import { causeOf, fact, ownFact, type StepLog, type StepResult } from './step-log.ts';

/** BOUNDED: endpoints that are pinged. */
const MAX_PINGED = 4;

/** Waits after each Ping, milliseconds (our choice): longer than a round trip around the world, and one packet may be lost. */
const PING_WAITS_MS = [700, 1_000, 1_300];

/** How long the last Ping is valid, seconds (our choice): a node whose clock is a day ahead still accepts it. */
const LONG_LIFE_SECONDS = 36 * 3_600;
const LONG_LIFE_WAIT_MS = 1_000;

/** Waits after each record request, milliseconds: the node may not have our endpoint proof yet, and drops the first ones. */
const RECORD_WAITS_MS = [500, 700, 1_000];

/** Handshakes of v5 that are tried. */
const V5_ATTEMPTS = 2;

const DISCOVERY_STOPPED: StepResult = {
  state: 'not-reached',
  finding: 'needs the discovery sockets of this node, which are not open',
};

/** An answer, with the endpoint that was asked. */
interface Answer<Message> extends ProbeAnswer {
  readonly message: Extract<ProbeAnswer['message'], Message>;
  readonly endpoint: ProbedEndpoint;
}

/** Pings the endpoints until one answers; the last Ping is valid for so long that it survives clocks that differ. */
export async function pingStep(
  discovery: DoctorDiscovery | undefined,
  clock: Clock,
  evidence: Evidence,
  log: StepLog,
  scope: Scope,
): Promise<StepResult> {
  const endpoints = evidence.endpoints.filter(({ udp }) => udp !== 0).slice(0, MAX_PINGED);
  if (discovery === undefined) return DISCOVERY_STOPPED;
  if (discovery.probe === undefined)
    return { state: 'not-needed', finding: 'discovery v4 is off on this node' };
  if (endpoints.length === 0) return { state: 'not-needed', finding: 'no UDP port is known' };
  const usual = new Questions<Pong>(discovery.probe, endpoints, 'pong', scope);
  const answer = await usual.ask(PING_WAITS_MS, log, ({ probe }) => probe.ping(), 'Ping');
  if (answer !== undefined) return onPong(answer, false, clock, evidence, log);
  const long = new Questions<Pong>(discovery.probe, endpoints, 'pong', scope);
  const late = await long.ask(
    [LONG_LIFE_WAIT_MS],
    log,
    ({ probe }) => probe.ping(LONG_LIFE_SECONDS),
    `Ping, valid for ${String(LONG_LIFE_SECONDS / 3_600)} h`,
  );
  if (late !== undefined) return onPong(late, true, clock, evidence, log);
  evidence.ping = { kind: 'silent' };
  return {
    state: 'failed',
    finding: 'no Pong',
    explanation:
      'The node is gone, or a firewall drops UDP, or it has banned our address. Some nodes run without discovery v4: the TCP steps decide.',
    cause: causeOf('silent'),
  };
}

function onPong(
  answer: Answer<Pong>,
  neededLongLife: boolean,
  clock: Clock,
  evidence: Evidence,
  log: StepLog,
): StepResult {
  const { message, publicKey, from, bytes, endpoint } = answer;
  const isExpectedKey = evidence.node !== undefined && equalBytes(publicKey, evidence.node.publicKey);
  const offsetSeconds = message.expiration - EXPIRATION_SECONDS - Math.floor(clock.now() / 1000);
  evidence.ping = {
    kind: 'answered',
    endpoint,
    publicKey,
    isExpectedKey,
    neededLongLife,
    offsetSeconds,
    seq: message.enrSeq,
  };
  log.received(
    fact('Packet', `Pong, ${String(bytes)} bytes`),
    fact('From', formatSocketAddress(from), from.ip === endpoint.ip ? null : 'look'),
    isExpectedKey
      ? fact('Signature', 'by the key given', 'good')
      : fact('Signature', `by another key, ${bytesToHex(publicKey)}`, 'bad'),
    ownFact('Sees us at', `${message.to.ip ?? 'no address'}, UDP ${String(message.to.udp)}`),
    fact('Expires', `in ${String(message.expiration - Math.floor(clock.now() / 1000))} s`),
    fact('Record', message.enrSeq === undefined ? 'none announced' : `sequence ${String(message.enrSeq)}`),
  );
  if (!isExpectedKey) {
    const at = { address: formatSocketAddress({ ip: endpoint.ip, port: endpoint.udp }) };
    return { state: 'failed', finding: 'Pong signed by another key', cause: causeOf('wrong-node-key', at) };
  }
  if (clocksDiffer(evidence)) {
    const seconds = Math.abs(offsetSeconds);
    const direction = offsetSeconds < 0 ? 'behind ours' : 'ahead of ours';
    return {
      state: 'doubtful',
      finding: `its clock is ${String(seconds)} s ${direction}`,
      explanation: neededLongLife
        ? 'It dropped the usual Pings, which are valid for 20 s, and answered one that is valid for longer.'
        : 'Its Pong had expired by our clock when it arrived, so that this node drops it.',
      cause: causeOf('clock-skew', { seconds }),
    };
  }
  return { state: 'passed', finding: 'Pong signed by the key given' };
}

/** Whether one of the two nodes drops the packets of the other because of the clocks. */
export function clocksDiffer({ ping }: Pick<Evidence, 'ping'>): boolean {
  if (ping?.kind !== 'answered') return false;
  return ping.neededLongLife || ping.offsetSeconds < -EXPIRATION_SECONDS;
}

/** Requests the node's record and compares it with what was given. */
export async function enrStep(
  discovery: DoctorDiscovery | undefined,
  chain: Pick<ChainStatus, 'forkFilter'>,
  evidence: Evidence,
  log: StepLog,
  scope: Scope,
): Promise<StepResult> {
  const { ping } = evidence;
  if (discovery?.probe === undefined) return DISCOVERY_STOPPED;
  if (ping?.kind !== 'answered' || !ping.isExpectedKey)
    return { state: 'not-reached', finding: 'needs a Pong of the node' };
  const asked = new Questions<EnrResponse>(discovery.probe, [ping.endpoint], 'enrresponse', scope);
  const answer = await asked.ask(RECORD_WAITS_MS, log, ({ probe }) => probe.requestRecord(), 'ENRRequest');
  if (answer === undefined) {
    return {
      state: 'doubtful',
      finding: 'no record',
      explanation: 'It answers Ping, but not the record request of EIP-868: old or partial software.',
      cause: causeOf('no-record'),
    };
  }
  return onRecord(answer, chain, evidence, log);
}

function onRecord(
  answer: Answer<EnrResponse>,
  chain: Pick<ChainStatus, 'forkFilter'>,
  evidence: Evidence,
  log: StepLog,
): StepResult {
  const packet = fact('Packet', `ENRResponse, ${String(answer.bytes)} bytes`);
  const record = readRecord(answer.message.record, evidence);
  if (typeof record === 'string') {
    evidence.badRecord = record;
    log.received(packet, fact('Record', record, 'bad'));
    return { state: 'doubtful', finding: record, cause: causeOf('bad-record') };
  }
  evidence.record = record;
  const given = answer.endpoint;
  const { tcp, udp } = portsIn(record, given.ip);
  const isStale = given.tcp !== 0 && tcp !== 0 && tcp !== given.tcp;
  const fork = forkOf(record, chain);
  log.received(
    packet,
    fact('Signature', 'holds, same key as the Pong', 'good'),
    fact('Sequence', record.seq),
    fact('Address', record.ip ?? record.ip6 ?? 'none'),
    fact('TCP', tcp, isStale ? 'look' : null),
    fact('UDP', udp, udp === given.udp ? null : 'look'),
    fact('eth', fork.text, fork.tone),
  );
  if (isStale) {
    const facts = { theirs: `TCP ${String(tcp)}`, given: `TCP ${String(given.tcp)}` };
    return {
      state: 'doubtful',
      finding: `its record says TCP ${String(tcp)}, the text given ${String(given.tcp)}`,
      cause: causeOf('stale-endpoint', facts),
    };
  }
  if (fork.cause !== undefined) return { state: 'doubtful', finding: fork.text, cause: fork.cause };
  return { state: 'passed', finding: `record ${String(record.seq)}, ${fork.text}` };
}

/** The ports of a record for the family of an address; 0 for none. */
export function portsIn(record: Enr, ip: string): { readonly tcp: number; readonly udp: number } {
  const { tcp = 0, udp = 0, tcp6 = tcp, udp6 = udp } = record;
  return ipFamily(ip) === 'ipv6' ? { tcp: tcp6, udp: udp6 } : { tcp, udp };
}

function readRecord(bytes: Uint8Array, { node }: Evidence): Enr | string {
  try {
    const record = decodeEnr(bytes);
    return node !== undefined && equalBytes(record.publicKey, node.publicKey)
      ? record
      : 'the record belongs to another node';
  } catch (error) {
    if (!(error instanceof EnrError)) throw error;
    return `the record is invalid: ${error.message}`;
  }
}

/** What the `eth` entry of a record says, against our chain. */
function forkOf(record: Enr, chain: Pick<ChainStatus, 'forkFilter'>) {
  if (record.eth === undefined) {
    return { text: 'no eth entry', tone: 'look', cause: causeOf('no-eth-entry') } as const;
  }
  const hash = bytesToHex(record.eth.hash);
  switch (chain.forkFilter(record.eth)) {
    case 'ok':
      return { text: `fork ${hash} of our chain`, tone: 'good', cause: undefined } as const;
    case 'remote-stale':
      return {
        text: `fork ${hash} lacks a fork of our chain`,
        tone: 'look',
        cause: causeOf('stale-fork'),
      } as const;
    case 'local-incompatible-or-stale':
      return {
        text: `fork ${hash} of another network`,
        tone: 'bad',
        cause: causeOf('other-network'),
      } as const;
  }
}

/** Pings the node by v5: a new handshake, or the session that this node has with it. */
export async function discv5Step(
  discovery: DoctorDiscovery | undefined,
  evidence: Evidence,
  log: StepLog,
): Promise<StepResult> {
  const { node, ping } = evidence;
  const endpoint =
    ping?.kind === 'answered' ? ping.endpoint : evidence.endpoints.find(({ udp }) => udp !== 0);
  if (discovery === undefined || node === undefined) return DISCOVERY_STOPPED;
  if (discovery.pingV5 === undefined)
    return { state: 'not-needed', finding: 'discovery v5 is off on this node' };
  if (endpoint === undefined) return { state: 'not-needed', finding: 'no UDP port is known' };
  const target = withEndpoint(node, endpoint);
  for (let attempt = 1; ; attempt++) {
    const at = formatSocketAddress({ ip: endpoint.ip, port: endpoint.udp });
    log.sent(fact('Packet', 'Ping in a handshake, or in the session that exists'), fact('To', at));
    try {
      const seq = await discovery.pingV5(target);
      evidence.v5 = 'answered';
      log.received(fact('Packet', 'Pong'), fact('Record', `sequence ${String(seq)}`));
      return { state: 'passed', finding: 'Whoareyou, handshake, Pong: keys agreed' };
    } catch (error) {
      log.received(fact('Result', describeError(error), 'look'));
      if (isTimeout(error) && attempt < V5_ATTEMPTS) continue;
      if (isTimeout(error)) evidence.v5 = 'silent';
      return {
        state: 'doubtful',
        finding: isTimeout(error) ? 'no answer' : describeError(error),
        explanation: 'Many nodes run discovery v4 only: this alone is no fault.',
        cause: causeOf('silent'),
      };
    }
  }
}

interface Asked {
  readonly endpoint: ProbedEndpoint;
  readonly probe: ReturnType<V4Probe['open']>;
}

/** One question to some endpoints, asked several times; the first answer counts. */
class Questions<Message extends ProbeAnswer['message']> {
  readonly #scope: Scope;
  readonly #asked: readonly Asked[];
  readonly #answer: Promise<Answer<Message>>;

  constructor(
    probe: Pick<V4Probe, 'open'>,
    endpoints: readonly ProbedEndpoint[],
    type: Message['type'],
    scope: Scope,
  ) {
    this.#scope = scope;
    let settle: (answer: Answer<Message>) => void = () => undefined;
    this.#answer = new Promise((resolve) => {
      settle = resolve;
    });
    this.#asked = endpoints.map((endpoint) => {
      const opened = probe.open({ ip: endpoint.ip, port: endpoint.udp }, (answer) => {
        if (answer.message.type === type) settle({ ...answer, endpoint } as Answer<Message>);
      });
      scope.own(opened.close);
      return { endpoint, probe: opened };
    });
  }

  /** Sends the question once for each wait; resolves with undefined when there is no answer after the last. */
  async ask(
    waitsMs: readonly number[],
    log: StepLog,
    send: (asked: Asked) => number | undefined,
    packet: string,
  ): Promise<Answer<Message> | undefined> {
    for (const ms of waitsMs) {
      for (const asked of this.#asked) {
        const bytes = send(asked);
        const { ip, udp: port } = asked.endpoint;
        const size = bytes === undefined ? 'no socket of this family' : `${String(bytes)} bytes`;
        log.sent(fact('Packet', `${packet}, ${size}`), fact('To', formatSocketAddress({ ip, port })));
      }
      const answer = await Promise.race([this.#answer, this.#scope.delay(ms)]);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}
