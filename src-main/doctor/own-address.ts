/** The checks of what this node listens on and announces: sockets, external address, NAT, ENR. */
import { withoutFullStop } from '../../shared/causes/sentences.ts';
import { formatDuration, formatQuantity, formatRelativeTime } from '../../shared/format.ts';
import type { ExternalAddress } from '../../shared/model/node.ts';
import type { OwnCheck, OwnEvidence } from '../../shared/model/own-node.ts';
import type { DoctorFact } from '../../shared/model/doctor.ts';
import { formatSocketAddress, ipFamily, isLan } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
import { MIN_ADDRESS_STATEMENTS } from '../discovery/constants.ts';
import {
  evidence,
  fact,
  familyName,
  isPrivate,
  openSetting,
  ownCheck,
  OWN_PATIENCE_MS,
  problem,
  uptimeOf,
  type OwnNodeFacts,
  type ReportedEndpoint,
} from './own-facts.ts';

/** Ports of one address, as networks report them, from which the NAT maps each destination to its own port (our choice). */
const SYMMETRIC_PORTS = 3;

/** BOUNDED: reported endpoints that are shown. */
const MAX_SHOWN = 4;

/** Checks the sockets. */
export function listeningCheck({ status, discovery }: OwnNodeFacts): OwnCheck {
  const { listening } = status;
  const of = (protocol: 'tcp' | 'udp') => listening.filter((socket) => socket.protocol === protocol);
  const [tcp, udp] = [of('tcp'), of('udp')];
  const shown = evidence('offered', [
    fact('TCP', tcp.map(formatSocketAddress).join(', ') || 'none', { isOwn: tcp.length > 0 }),
    fact('UDP', udp.map(formatSocketAddress).join(', ') || 'none', { isOwn: udp.length > 0 }),
  ]);
  const families = [...new Set(listening.map(({ ip }) => familyName(ipFamily(ip))))].sort().join(' and ');
  const ports = [...new Set(listening.map(({ port }) => String(port)))];
  const subject = ports.length === 0 ? null : `port ${ports.join(' and ')}`;
  const wantsUdp = discovery.v4 || discovery.v5;
  if (tcp.length > 0 && (udp.length > 0 || !wantsUdp)) {
    const protocols = udp.length > 0 ? 'TCP and UDP' : 'TCP only, because discovery is off';
    const finding = `${protocols}, ${families}`;
    return ownCheck('listening', { state: 'passed', subject, finding, evidence: [shown] });
  }
  const missing = tcp.length === 0 ? 'TCP' : 'UDP';
  return ownCheck('listening', {
    ...{ state: 'failed', finding: `No ${missing} socket is open`, evidence: [shown] },
    problem: problem({
      title: `This node does not listen on ${missing}`,
      certainty: 'proven',
      reason: 'the node lists its open sockets',
      advice: 'Check the setting “Listen addresses” and restart the node.',
      actions: [openSetting('addresses')],
    }),
  });
}

/** Checks that the announced address is the one that other nodes report. */
export function addressCheck(facts: OwnNodeFacts): OwnCheck {
  const { external } = facts.status;
  const shown = addressEvidence(facts);
  const [first] = external;
  if (first === undefined) return unknownAddress(facts, shown);
  const subject = external.map(({ ip }) => ip).join(', ');
  const wrong = external.find((address) => contradiction(facts, address) !== undefined);
  if (wrong !== undefined) return contradicted(facts, wrong, subject, shown);
  const symmetric = (['ipv4', 'ipv6'] as const).find((family) => isSymmetric(facts.reported[family]));
  if (symmetric !== undefined) return symmetricNat(facts, subject, shown);
  if (!isPrivate(facts) && isLan(first.ip)) return privateAddress(subject, shown);
  return ownCheck('address', { state: 'passed', subject, finding: agreement(facts, first), evidence: shown });
}

function agreement({ reported }: OwnNodeFacts, { ip, source }: ExternalAddress): string {
  const all = reported[ipFamily(ip)];
  const total = sum(all);
  const same = sum(all.filter((each) => each.ip === ip));
  if (total > 0) return `${String(same)} of ${formatQuantity(total, 'network')} report the same address`;
  return {
    votes: 'agreed earlier; no report in the last 5 min',
    nat: 'from the gateway; no node has reported it yet',
    stun: 'from the STUN server; no node has reported it yet',
    flag: 'set by the setting NAT; no node has reported it yet',
    interface: 'this machine’s own address',
  }[source];
}

function unknownAddress(facts: OwnNodeFacts, shown: readonly OwnEvidence[]): OwnCheck {
  const total = sum(facts.reported.ipv4) + sum(facts.reported.ipv6);
  const finding = `Not known yet: ${total === 0 ? 'no network has reported it' : `${formatQuantity(total, 'network')} of ${String(MIN_ADDRESS_STATEMENTS)} agree`}`;
  const isLate = uptimeOf(facts) > OWN_PATIENCE_MS.address && !isPrivate(facts);
  if (!isLate) return ownCheck('address', { state: 'waiting', finding, evidence: shown });
  return ownCheck('address', {
    ...{ state: 'doubtful', finding, evidence: shown },
    explanation: 'Without an address in the ENR, other nodes find this node only by its own packets.',
    problem: problem({
      title: 'No address is announced',
      certainty: 'proven',
      reason: 'the ENR of this node has no address',
      advice: 'Set NAT to extip:ADDRESS if you know the address.',
      actions: [openSetting('nat')],
    }),
  });
}

/** The endpoint that enough networks report instead of `address`; undefined if none. */
function contradiction(facts: OwnNodeFacts, { ip }: ExternalAddress): ReportedEndpoint | undefined {
  const [most] = facts.reported[ipFamily(ip)];
  return most !== undefined && most.ip !== ip && most.votes >= MIN_ADDRESS_STATEMENTS ? most : undefined;
}

function contradicted(
  facts: OwnNodeFacts,
  address: ExternalAddress,
  subject: string,
  shown: readonly OwnEvidence[],
): OwnCheck {
  const votes = contradiction(facts, address)?.votes ?? 0;
  const source = {
    votes: 'the ENR',
    nat: 'the gateway',
    stun: 'the STUN server',
    flag: 'the setting NAT',
    interface: 'the interface',
  };
  return ownCheck('address', {
    ...{ state: 'failed', subject, evidence: shown },
    finding: `${formatQuantity(votes, 'network')} report another address`,
    explanation: `The announced address is from ${source[address.source]}. Other nodes see the packets of this node come from another one, so they may not reach the announced one.`,
    problem: problem({
      title: 'The announced address is not the one that others see',
      reason: `${formatQuantity(votes, 'network')} independently report another address`,
      advice: 'Correct or remove the address in the setting NAT.',
      actions: [openSetting('nat')],
    }),
  });
}

/** Whether networks see one address with many ports, none of them by most networks. */
function isSymmetric(reported: readonly ReportedEndpoint[]): boolean {
  const [most] = reported;
  if (most === undefined) return false;
  const ofAddress = reported.filter(({ ip }) => ip === most.ip);
  return ofAddress.length >= SYMMETRIC_PORTS && most.votes * 2 < sum(ofAddress);
}

function symmetricNat(facts: OwnNodeFacts, subject: string, shown: readonly OwnEvidence[]): OwnCheck {
  const ports = Math.max(facts.reported.ipv4.length, facts.reported.ipv6.length);
  return ownCheck('address', {
    ...{ state: 'failed', subject, evidence: shown },
    finding: `Networks report ${String(ports)} different UDP ports of one address`,
    explanation:
      'A symmetric NAT uses another port for each destination. No port that this node could announce works for other nodes.',
    problem: problem({
      title: 'A symmetric NAT is in front of this node',
      fault: 'network',
      reason: `${String(ports)} different ports of one address are reported`,
      advice:
        'Forward the UDP and TCP port in the router. Behind the NAT of a provider, ask for a public address.',
      actions: [openSetting('nat')],
    }),
  });
}

function privateAddress(subject: string, shown: readonly OwnEvidence[]): OwnCheck {
  return ownCheck('address', {
    ...{ state: 'doubtful', subject, evidence: shown },
    finding: 'A private address: only the local network reaches it',
    problem: problem({
      title: 'A private address is announced',
      certainty: 'proven',
      reason: 'the address is in a private range',
      advice: 'Set NAT to any, or to extip:ADDRESS with the public address.',
      actions: [openSetting('nat')],
    }),
  });
}

function addressEvidence({ status, reported }: OwnNodeFacts): readonly OwnEvidence[] {
  const announced = status.external.map(({ ip, source }) => fact(SOURCE_NAMES[source], ip, { isOwn: true }));
  const seen = [...reported.ipv4, ...reported.ipv6].slice(0, MAX_SHOWN);
  return [
    evidence('offered', announced.length > 0 ? announced : [fact('Address', 'none')]),
    evidence(
      'received',
      seen.length === 0
        ? [fact('Reports', 'none in the last 5 min')]
        : seen.map((each) =>
            fact(formatQuantity(each.votes, 'network'), formatSocketAddress(each), { isOwn: true }),
          ),
    ),
  ];
}

const SOURCE_NAMES: Readonly<Record<ExternalAddress['source'], string>> = {
  votes: 'By votes',
  nat: 'By gateway',
  stun: 'By STUN',
  flag: 'By setting',
  interface: 'Own address',
};

const sum = (endpoints: readonly ReportedEndpoint[]): number =>
  endpoints.reduce((total, { votes }) => total + votes, 0);

/** Checks the port mapping of the gateway. */
export function natCheck(facts: OwnNodeFacts): OwnCheck {
  const { nat } = facts.status;
  const failure = withoutFullStop(nat.failure?.message ?? '');
  const shown = [natEvidence(facts)];
  switch (nat.state) {
    case 'off':
      return ownCheck('nat', { state: 'not-needed', finding: failure || `The setting NAT is ${nat.method}` });
    case 'searching':
      return ownCheck('nat', { state: 'waiting', finding: 'Searching for a gateway', evidence: shown });
    case 'known':
    case 'mapped':
      if (failure === '') {
        const finding =
          nat.state === 'known' ? 'Not needed: the setting NAT names the address' : mappedText(facts);
        const state = nat.state === 'known' ? 'not-needed' : 'passed';
        return ownCheck('nat', { state, finding, evidence: shown });
      }
      return mappingProblem(facts, failure, shown);
    case 'partial':
    case 'failed':
      if (nat.state === 'failed' && facts.contacts.tcp.ipv4.outside > 0) {
        const finding = 'Not needed: connections come in without a mapping';
        return ownCheck('nat', { state: 'not-needed', finding, evidence: shown });
      }
      return mappingProblem(facts, failure, shown);
  }
}

function mappedText({ status: { nat }, now }: OwnNodeFacts): string {
  const protocols = nat.mappings.map(({ protocol }) => protocol.toUpperCase()).join(' and ');
  const until = Math.min(...nat.mappings.map(({ expiresAt }) => expiresAt));
  const method = nat.gateway?.split(' at ')[0] ?? nat.method;
  return `${method} maps ${protocols} for another ${formatDuration(until - now)}`;
}

function natEvidence({ status: { nat }, now }: OwnNodeFacts): OwnEvidence {
  const mappings: DoctorFact[] = nat.mappings.map(({ protocol, externalPort, internalPort, expiresAt }) =>
    fact(
      protocol.toUpperCase(),
      `${String(externalPort)} to ${String(internalPort)}, expires ${formatRelativeTime(expiresAt, now)}`,
    ),
  );
  return evidence('offered', [
    fact('Setting', nat.method.split(':')[0] ?? nat.method),
    nat.gateway === null ? undefined : fact('Gateway', nat.gateway, { isOwn: true }),
    ...mappings,
  ]);
}

function mappingProblem(facts: OwnNodeFacts, failure: string, shown: readonly OwnEvidence[]): OwnCheck {
  const { nat } = facts.status;
  const ports = [...new Set(facts.status.listening.map(({ port }) => String(port)))].join(' and ');
  return ownCheck('nat', {
    ...{ state: 'doubtful', finding: failure || 'The ports are not mapped', evidence: shown },
    problem: problem({
      title: nat.state === 'partial' ? 'The gateway maps one port only' : 'No gateway maps the ports',
      certainty: 'proven',
      reason: 'the gateway did not confirm a mapping',
      advice: `Turn on UPnP or NAT-PMP in the router, or forward TCP and UDP port ${ports} to this machine.`,
      actions: [openSetting('nat')],
    }),
  });
}

/** Checks that our ENR has what others need: an endpoint of each family, the right ports, our fork ID. */
export function recordCheck(facts: OwnNodeFacts): OwnCheck {
  const { record, status, recordRequests } = facts;
  if (record === undefined) return ownCheck('record', { state: 'waiting', finding: 'No ENR yet' });
  const shown = [
    evidence('offered', recordFacts(facts)),
    evidence('received', [
      fact('ENRRequest', formatQuantity(recordRequests.asked, 'request')),
      fact('Answered', formatQuantity(recordRequests.answered, 'request')),
    ]),
  ];
  const missing = [
    record.ip === undefined && record.ip6 === undefined ? 'an address' : undefined,
    record.tcp === undefined && record.tcp6 === undefined ? 'a TCP port' : undefined,
    record.udp === undefined && record.udp6 === undefined && status.listening.some(isUdp)
      ? 'a UDP port'
      : undefined,
    record.forkHash === undefined ? 'a fork ID' : undefined,
  ].filter((each) => each !== undefined);
  if (record.forkHash !== undefined && record.forkHash !== status.network.forkId.hash)
    return recordProblem('The fork ID in the ENR is not our fork', 'failed', shown);
  if (missing.length === 0) {
    const { answered } = recordRequests;
    const finding =
      answered > 0 ? `Complete; ${formatQuantity(answered, 'ENRRequest')} answered` : 'Complete';
    return ownCheck('record', { state: 'passed', finding, evidence: shown });
  }
  const text = `The ENR has no ${missing.join(', no ').replaceAll(/\ban? /g, '')}`;
  const isEarly = isPrivate(facts) || uptimeOf(facts) <= OWN_PATIENCE_MS.address;
  return isEarly && missing.join() === 'an address'
    ? ownCheck('record', { state: 'waiting', finding: `${text} yet`, evidence: shown })
    : recordProblem(text, 'doubtful', shown);
}

const isUdp = ({ protocol }: { protocol: string }): boolean => protocol === 'udp';

function recordProblem(text: string, state: 'failed' | 'doubtful', shown: readonly OwnEvidence[]): OwnCheck {
  return ownCheck('record', {
    ...{ state, finding: text, evidence: shown },
    explanation:
      'Nodes that get this ENR dial this node by its endpoint and only if its fork ID is compatible.',
    problem: problem({
      title: text,
      certainty: 'proven',
      reason: 'the ENR that this node signs was read',
      advice: 'Restart the node. If the address is missing, set NAT to extip:ADDRESS.',
      actions: [openSetting('nat')],
    }),
  });
}

function recordFacts({ record, status }: OwnNodeFacts): readonly (DoctorFact | undefined)[] {
  if (record === undefined) return [];
  const endpoint = (family: AddressFamily): DoctorFact | undefined => {
    const isV4 = family === 'ipv4';
    const [ip, udp, tcp] = isV4
      ? [record.ip, record.udp, record.tcp]
      : [record.ip6, record.udp6 ?? record.udp, record.tcp6 ?? record.tcp];
    if (ip === undefined) return undefined;
    return fact(familyName(family), `${ip}, udp ${String(udp ?? 0)}, tcp ${String(tcp ?? 0)}`, {
      isOwn: true,
    });
  };
  const isOurs = record.forkHash === status.network.forkId.hash;
  return [
    fact('Seq', String(record.seq)),
    endpoint('ipv4'),
    endpoint('ipv6'),
    fact('Fork', record.forkHash?.slice(2) ?? 'none', { tone: isOurs ? 'good' : 'bad' }),
  ];
}
