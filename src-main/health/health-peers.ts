/** The health checks of discovery and peers. */
import { formatDuration, formatNumber, formatQuantity } from '../../shared/format.ts';
import type { HealthCheck } from '../../shared/model/node.ts';
import { check, PATIENCE_MS, speaksDiscovery, type HealthFacts, type ProtocolFacts } from './health-facts.ts';

/** Shares of answered pings below which the state is `warning` and `bad` (our choice). */
const PINGS_WARN = 0.3;
const PINGS_BAD = 0.05;

/** Smallest number of pings to proven endpoints for which the share is used (our choice). */
const MIN_PINGS = 5;

/** Checks whether nodes answer our pings: one check per protocol. */
export function discoveryChecks(facts: HealthFacts): HealthCheck[] {
  if (speaksDiscovery(facts)) return facts.protocols.map((protocol) => protocolCheck(facts, protocol));
  const evidence = facts.discoveryEnabled ? 'only DNS node lists are used, by setting' : 'by setting';
  return [check('discovery', 'good', 'Discovery is off', evidence)];
}

function protocolCheck(facts: HealthFacts, own: ProtocolFacts): HealthCheck {
  const id = `discovery-${own.protocol}`;
  const name = `Discovery ${own.protocol}`;
  const late = facts.uptimeMs > PATIENCE_MS.discovery;
  const { sent, answered, evidence, isShare } = answersOf(own);
  const starting = (): HealthCheck => check(id, 'pending', `${name} is starting`, evidence);
  if (sent === 0) {
    return late
      ? {
          ...check(id, 'warning', `${name} has no nodes to query`, evidence, 'Add a bootnode in Nodes.'),
          actions: [{ kind: 'open-view', params: { view: 'nodes' } }],
        }
      : starting();
  }
  const { live, entries } = own.table;
  const share = answered / sent;
  // The table pings its nodes in turn. When most are live, some old nodes that are offline are not a fault.
  const isWell = isShare ? share >= PINGS_WARN || (share >= PINGS_BAD && live * 2 > entries) : answered > 0;
  if (isWell) {
    const inTable = `${formatNumber(live)} of ${formatQuantity(entries, 'table node')} live`;
    return check(id, 'good', `${name} works`, `${evidence}; ${inTable}`);
  }
  if (!late) return starting();
  if (share >= PINGS_BAD)
    return check(id, 'warning', `${name} gets few responses`, evidence, firewallAdvice(facts, own));
  const other = facts.protocols.find((each) => each !== own && answersOf(each).answered > 0);
  return other === undefined
    ? check(id, 'bad', `${name} gets no responses`, evidence, firewallAdvice(facts, own))
    : check(
        id,
        'warning',
        `${name} gets no responses`,
        evidence,
        `Discovery ${other.protocol} works on the same port: the queried nodes may not support ${own.protocol}.`,
      );
}

/** Returns the figures of the pings to proven endpoints, or of all pings when those are fewer than MIN_PINGS. */
function answersOf({ pings: { proven, first } }: ProtocolFacts): {
  readonly sent: number;
  readonly answered: number;
  readonly isShare: boolean;
  readonly evidence: string;
} {
  if (proven.sent >= MIN_PINGS) {
    const evidence = `${String(Math.round((100 * proven.answered) / proven.sent))}% of pings to known nodes answered, last 10 min`;
    return { ...proven, isShare: true, evidence };
  }
  const sent = proven.sent + first.sent;
  const answered = proven.answered + first.answered;
  const evidence =
    sent === 0 ? 'no ping sent yet' : `${formatNumber(answered)} of ${formatQuantity(sent, 'ping')} answered`;
  return { sent, answered, isShare: false, evidence };
}

function firewallAdvice({ clock, udpPort }: HealthFacts, { protocol }: ProtocolFacts): string {
  const isOff = clock !== null && Math.abs(clock.offsetMs) > 20_000;
  if (protocol === 'v4' && isOff) return 'The clock is the likely cause: correct it first.';
  const also = protocol === 'v4' && clock === null ? 'the clock of this machine is correct and that ' : '';
  return `Check that ${also}the firewall allows UDP port ${String(udpPort ?? 0)}.`;
}

/** Checks the number of inbound peers. It never warns, because `portCheck` reports whether they can connect. */
export function peersInCheck({ peers, limits, arrivals }: HealthFacts): HealthCheck {
  const id = 'peers-in';
  const places = `${formatNumber(peers.inbound)} of ${formatQuantity(limits.maxInbound, 'slot')}`;
  if (peers.inbound > 0) return check(id, 'good', 'Inbound peers', places);
  if (limits.maxInbound === 0) {
    const evidence = `a maximum of ${formatQuantity(limits.maxPeers, 'peer')} leaves no inbound slot`;
    return check(id, 'good', 'No inbound peers, by setting', evidence);
  }
  if (arrivals.sessions > 0)
    return check(id, 'good', 'No inbound peer now', `${formatNumber(arrivals.sessions)} since start`);
  return check(id, 'pending', 'No inbound peer yet', places);
}

/** Checks the number of outbound peers. */
export function peersOutCheck(facts: HealthFacts): HealthCheck {
  const id = 'peers-out';
  const { peers, limits, noDial, staticNodes, uptimeMs } = facts;
  const places = `${formatNumber(peers.outbound)} of ${formatQuantity(limits.maxDialed, 'slot')}`;
  if (peers.outbound > 0) return check(id, 'good', 'Outbound peers', places);
  if (noDial) return check(id, 'good', 'No dials, by setting', 'the setting “Disable dialling” is on');
  if (limits.maxDialed === 0)
    return check(id, 'good', 'No dials, by setting', `maximum ${formatQuantity(limits.maxPeers, 'peer')}`);
  if (peers.total >= limits.maxPeers)
    return check(id, 'good', 'All peer slots are taken', `${formatNumber(peers.total)} inbound`);
  const dynamic = facts.discoveryEnabled && facts.dynamicDials;
  if (!dynamic && staticNodes === 0)
    return check(id, 'pending', 'No nodes to dial', 'dynamic dials are off and there are no static nodes');
  if (uptimeMs <= PATIENCE_MS.peers) return check(id, 'pending', 'Searching for peers', places);
  const advice = dynamic
    ? 'See “Dial results” for the causes. The first peers can take some minutes because most nodes are full.'
    : 'See Nodes for the state of each static node.';
  return check(id, 'warning', 'No outbound peers yet', `none after ${formatDuration(uptimeMs)}`, advice);
}
