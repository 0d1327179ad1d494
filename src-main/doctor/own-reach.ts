/** The checks of the ways to this node: UDP and TCP over IPv4 and IPv6. Only contacts that others began count as proof. */
import { formatDuration, formatNumber, formatQuantity, formatRelativeTime } from '../../shared/format.ts';
import type { InboundContacts, OwnCheck, OwnCheckName, OwnEvidence } from '../../shared/model/own-node.ts';
import { formatSocketAddress, ipFamily } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
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
} from './own-facts.ts';

/** One way to this node. */
export interface Way {
  readonly check: OwnCheckName;
  readonly protocol: 'tcp' | 'udp';
  readonly family: AddressFamily;
}

/** The four ways, in their order of display. */
export const WAYS: readonly Way[] = [
  { check: 'udp4', protocol: 'udp', family: 'ipv4' },
  { check: 'tcp4', protocol: 'tcp', family: 'ipv4' },
  { check: 'udp6', protocol: 'udp', family: 'ipv6' },
  { check: 'tcp6', protocol: 'tcp', family: 'ipv6' },
];

/**
 * Contacts over one protocol from which their absence over the other proves that something drops it (our choice): nodes
 * that send a first Ping usually try TCP too.
 */
const TELLING_CONTACTS = 20;

/** `UDP over IPv4`. */
export const wayName = ({ protocol, family }: Way): string =>
  `${protocol.toUpperCase()} over ${familyName(family)}`;

/** Checks one way. */
export function wayCheck(facts: OwnNodeFacts, way: Way): OwnCheck {
  const name = familyName(way.family);
  if (!hasSocket(facts, way)) return withoutSocket(facts, way);
  const contacts = facts.contacts[way.protocol][way.family];
  const shown = [offer(facts, way), received(facts, way, contacts)];
  if (contacts.outside > 0) {
    const last =
      contacts.newestAt === null ? '' : `, last ${formatRelativeTime(contacts.newestAt, facts.now)}`;
    return ownCheck(way.check, {
      ...{ state: 'passed', evidence: shown, explanation: PROOFS[way.protocol] },
      finding: `${contactText(way, contacts.outside)}${last}`,
    });
  }
  if (isPrivate(facts)) return privateCheck(way, contacts, shown);
  if (announcedIp(facts, way.family) === undefined) {
    return ownCheck(way.check, {
      ...{ state: 'not-needed', evidence: shown },
      finding: `Not announced: our ENR has no ${name} address`,
    });
  }
  if (uptimeOf(facts) <= OWN_PATIENCE_MS.contact) {
    return ownCheck(way.check, {
      ...{ state: 'waiting', evidence: shown },
      finding: `No contact from outside yet; the first usually comes within 15 min`,
    });
  }
  return closedCheck(facts, way, shown);
}

/** Why contacts of a protocol prove that its port is open. */
const PROOFS = {
  udp: 'A NAT or firewall lets answers in without a rule. A request from an address that this node had no packet with for 30 min arrives only if the port is open.',
  tcp: 'A connection that another node opened, and that passed the RLPx handshake with our key, arrives only if the port is open.',
} as const;

function contactText({ protocol }: Way, count: number): string {
  return protocol === 'udp'
    ? `${formatQuantity(count, 'request')} from nodes that we had not contacted`
    : `${formatQuantity(count, 'connection')} came in from outside`;
}

function withoutSocket({ discovery, status }: OwnNodeFacts, way: Way): OwnCheck {
  const { protocol, family } = way;
  const hasOther = status.listening.some((socket) => socket.protocol === protocol);
  const finding =
    protocol === 'udp' && !discovery.v4 && !discovery.v5
      ? 'Not needed: discovery is off'
      : hasOther
        ? `Not needed: the node does not listen on ${familyName(family)}`
        : `Not listening`;
  return ownCheck(way.check, { state: 'not-needed', finding });
}

function privateCheck(way: Way, contacts: InboundContacts, shown: readonly OwnEvidence[]): OwnCheck {
  const noun = way.protocol === 'udp' ? 'request' : 'connection';
  return contacts.local > 0
    ? ownCheck(way.check, {
        ...{ state: 'passed', evidence: shown, explanation: PROOFS[way.protocol] },
        finding: `${formatQuantity(contacts.local, noun)} from the allowed networks`,
      })
    : ownCheck(way.check, {
        ...{ state: 'waiting', evidence: shown },
        finding: `No ${noun} from the allowed networks yet`,
      });
}

/** Long after the start, no node from outside has used this way. */
function closedCheck(facts: OwnNodeFacts, way: Way, shown: readonly OwnEvidence[]): OwnCheck {
  const { protocol, family } = way;
  const other = protocol === 'tcp' ? 'udp' : 'tcp';
  const seen = facts.contacts[other][family].outside;
  const isTelling = seen >= TELLING_CONTACTS;
  const [mine, others] = [protocol.toUpperCase(), other.toUpperCase()];
  const time = formatDuration(uptimeOf(facts));
  const local = facts.contacts[protocol][family].local;
  const alsoLocal = local > 0 ? `; ${formatNumber(local)} from the local network` : '';
  const forwarded = facts.status.nat.mappings.some((mapping) => mapping.protocol === protocol);
  return ownCheck(way.check, {
    state: isTelling ? 'failed' : 'doubtful',
    finding: `No contact from outside in ${time}, though our ENR announces it${alsoLocal}`,
    evidence: shown,
    explanation: isTelling
      ? `${others} arrives over the same address and ${mine} does not, so a router or firewall in front of this node drops ${mine}. Nodes that try this way wait for a timeout.`
      : `Either no node tried, or a router or firewall drops ${mine}. The sockets of this node are open.`,
    problem: problem({
      title: `${wayName(way)} is ${isTelling ? 'closed' : 'probably closed'}`,
      certainty: isTelling ? 'likely' : 'unclear',
      reason: isTelling
        ? `${formatQuantity(seen, 'contact')} by ${others} and none by ${mine} in ${time}`
        : `no contact in ${time} does not prove that the port is closed`,
      advice: adviceFor(facts, way, forwarded),
      actions: family === 'ipv4' ? [openSetting('nat')] : [],
    }),
  });
}

function adviceFor(facts: OwnNodeFacts, { protocol, family }: Way, forwarded: boolean): string {
  const port = facts.status.listening.find((socket) => socket.protocol === protocol)?.port ?? 0;
  const rule = `${protocol.toUpperCase()} port ${String(port)}`;
  if (family === 'ipv6')
    return `Allow inbound ${rule} over IPv6 in the router and in the firewall of this machine.`;
  return forwarded
    ? `The gateway forwards the port. Allow ${rule} in the firewall of this machine.`
    : `Forward ${rule} in the router to this machine, and allow it in the firewall.`;
}

function hasSocket({ status }: OwnNodeFacts, { protocol, family }: Way): boolean {
  return status.listening.some((socket) => socket.protocol === protocol && ipFamily(socket.ip) === family);
}

/** The address of a family in our ENR. */
function announcedIp({ record }: OwnNodeFacts, family: AddressFamily): string | undefined {
  return family === 'ipv4' ? record?.ip : record?.ip6;
}

function offer(facts: OwnNodeFacts, { protocol, family }: Way): OwnEvidence {
  const { status, record } = facts;
  const sockets = status.listening.filter(
    (socket) => socket.protocol === protocol && ipFamily(socket.ip) === family,
  );
  const ip = announcedIp(facts, family);
  const port = family === 'ipv4' ? record?.[protocol] : (record?.[`${protocol}6`] ?? record?.[protocol]);
  const mapping = status.nat.mappings.find((each) => each.protocol === protocol);
  return evidence('offered', [
    fact(
      'ENR',
      ip === undefined ? 'no address' : formatSocketAddress({ ip, port: port ?? 0 }),
      ip === undefined ? { tone: 'look' } : { isOwn: true },
    ),
    fact('Listening', sockets.map((each) => formatSocketAddress(each)).join(', '), { isOwn: true }),
    family === 'ipv4' && mapping !== undefined
      ? fact('Gateway', `forwards ${String(mapping.externalPort)} to ${String(mapping.internalPort)}`)
      : undefined,
  ]);
}

function received(facts: OwnNodeFacts, { protocol }: Way, contacts: InboundContacts): OwnEvidence {
  const noun = protocol === 'udp' ? 'first request' : 'connection';
  return evidence(
    'received',
    [
      fact('From outside', formatQuantity(contacts.outside, noun), {
        tone: contacts.outside > 0 ? 'good' : null,
      }),
      fact('From inside', formatQuantity(contacts.local, noun)),
      fact('Counted for', formatDuration(uptimeOf(facts))),
    ],
    contacts.newestAt,
  );
}
