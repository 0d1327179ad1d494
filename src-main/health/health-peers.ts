/** The checks on whom we found and whom we are connected to. */
import { formatDuration } from '../../shared/format.ts';
import type { HealthCheck } from '../../shared/model/node.ts';
import {
  check,
  PATIENCE_MS,
  plain,
  some,
  speaksDiscovery,
  type HealthFacts,
  type ProtocolFacts,
} from './health-facts.ts';

/** Shares of answered pings under which discovery is looked at and is bad (our choice). */
const PINGS_LOOK = 0.3;
const PINGS_BAD = 0.05;

/** Pings to proven endpoints below which a share says nothing (our choice). */
const MIN_PINGS = 5;

/** Whether others answer our pings, a line for each protocol. */
export function discoveryChecks(facts: HealthFacts): HealthCheck[] {
  if (speaksDiscovery(facts)) return facts.protocols.map((protocol) => protocolCheck(facts, protocol));
  const evidence = facts.discoveryEnabled ? 'node lists in DNS alone, as it is set' : 'as it is set';
  return [check('discovery', 'good', 'Discovery is off', evidence)];
}

function protocolCheck(facts: HealthFacts, own: ProtocolFacts): HealthCheck {
  const id = `discovery-${own.protocol}`;
  const name = `Discovery ${own.protocol}`;
  const late = facts.uptimeMs > PATIENCE_MS.discovery;
  const { asked, answered, evidence, isShare } = answersOf(own);
  const starting = (): HealthCheck => check(id, 'pending', `${name} is starting`, evidence);
  if (asked === 0) {
    return late
      ? {
          ...check(id, 'look', `${name} has nobody to ask`, evidence, 'Add a bootnode on the Nodes page.'),
          actions: [{ kind: 'open-view', params: { view: 'nodes' } }],
        }
      : starting();
  }
  const { live, entries } = own.table;
  const share = answered / asked;
  // Nodes of the table are pinged in turn: where most of them live, some old ones that are gone are no fault of ours.
  const isWell = isShare ? share >= PINGS_LOOK || (share >= PINGS_BAD && live * 2 > entries) : answered > 0;
  if (isWell) {
    const held = `${plain(live)} of ${some(entries, 'node')} in the table live`;
    return check(id, 'good', `${name} answering`, `${evidence}; ${held}`);
  }
  if (!late) return starting();
  if (share >= PINGS_BAD)
    return check(id, 'look', `${name} gets few answers`, evidence, firewallAdvice(facts, own));
  const other = facts.protocols.find((each) => each !== own && answersOf(each).answered > 0);
  return other === undefined
    ? check(id, 'bad', `${name} gets no answers`, evidence, firewallAdvice(facts, own))
    : check(
        id,
        'look',
        `${name} gets no answers`,
        evidence,
        `Discovery ${other.protocol} is answered on the same port: the nodes that were asked may not speak ${own.protocol}.`,
      );
}

/** The pings that are judged: those to proven endpoints, or all where these are too few to make a share. */
function answersOf({ pings: { proven, first } }: ProtocolFacts): {
  readonly asked: number;
  readonly answered: number;
  readonly isShare: boolean;
  readonly evidence: string;
} {
  if (proven.asked >= MIN_PINGS) {
    const evidence = `${String(Math.round((100 * proven.answered) / proven.asked))}% of pings to known nodes, last 10 min`;
    return { ...proven, isShare: true, evidence };
  }
  const asked = proven.asked + first.asked;
  const answered = proven.answered + first.answered;
  const evidence = asked === 0 ? 'no ping sent yet' : `${plain(answered)} of ${some(asked, 'ping')} answered`;
  return { asked, answered, isShare: false, evidence };
}

function firewallAdvice({ clock, udpPort }: HealthFacts, { protocol }: ProtocolFacts): string {
  const isOff = clock !== null && Math.abs(clock.offsetMs) > 20_000;
  if (protocol === 'v4' && isOff) return 'The clock is the likely cause: set it first.';
  const also = protocol === 'v4' && clock === null ? 'the clock of this machine is right, and that ' : '';
  return `Check that ${also}a firewall lets UDP port ${String(udpPort ?? 0)} through.`;
}

/** Peers that came to us. Whether they can come is the port's check: this one gives no second alarm for it. */
export function peersInCheck({ peers, limits, arrivals }: HealthFacts): HealthCheck {
  const id = 'peers-in';
  const places = `${plain(peers.inbound)} of ${some(limits.maxInbound, 'place')}`;
  if (peers.inbound > 0) return check(id, 'good', 'Peers in', places);
  if (limits.maxInbound === 0) {
    const evidence = `the limit of ${some(limits.maxPeers, 'peer')} leaves no place`;
    return check(id, 'good', 'No inbound peers, as it is set', evidence);
  }
  if (arrivals.sessions > 0)
    return check(id, 'good', 'No inbound peer now', `${plain(arrivals.sessions)} since the start`);
  return check(id, 'pending', 'No inbound peer yet', places);
}

/** Peers that we dialled. */
export function peersOutCheck(facts: HealthFacts): HealthCheck {
  const id = 'peers-out';
  const { peers, limits, noDial, staticNodes, uptimeMs } = facts;
  const places = `${plain(peers.outbound)} of ${some(limits.maxDialed, 'place')}`;
  if (peers.outbound > 0) return check(id, 'good', 'Peers out', places);
  if (noDial) return check(id, 'good', 'Nobody is dialled, as it is set', 'the setting “Dial nobody” is on');
  if (limits.maxDialed === 0)
    return check(
      id,
      'good',
      'Nobody is dialled, as it is set',
      `the limit is ${some(limits.maxPeers, 'peer')}`,
    );
  if (peers.total >= limits.maxPeers)
    return check(id, 'good', 'All places are taken', `${plain(peers.total)} came to us`);
  const dynamic = facts.discoveryEnabled && facts.dynamicDials;
  if (!dynamic && staticNodes === 0)
    return check(
      id,
      'pending',
      'Nobody to dial',
      'found nodes are not dialled, and no static node is listed',
    );
  if (uptimeMs <= PATIENCE_MS.peers) return check(id, 'pending', 'Looking for peers', places);
  const advice = dynamic
    ? 'How dials ended tells why. On a full network the first peers take some minutes.'
    : 'The Nodes page tells how each static node gets on.';
  return check(id, 'look', 'No peer dialled yet', `none after ${formatDuration(uptimeMs)}`, advice);
}
