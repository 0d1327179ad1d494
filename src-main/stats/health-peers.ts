/** The checks on whom we found and whom we are connected to. */
import { formatDuration } from '../../shared/format.ts';
import type { HealthCheck } from '../../shared/model/node.ts';
import { check, PATIENCE_MS, plain, some, speaksDiscovery, type HealthFacts } from './health-facts.ts';

/** Shares of answered pings under which discovery is looked at and is bad (our choice). */
const PINGS_LOOK = 0.3;
const PINGS_BAD = 0.05;

/** Whether others answer our pings. */
export function discoveryCheck(facts: HealthFacts): HealthCheck {
  const id = 'discovery';
  if (!speaksDiscovery(facts)) {
    const evidence = facts.discoveryEnabled ? 'node lists in DNS alone, as it is set' : 'as it is set';
    return check(id, 'good', 'Discovery is off', evidence);
  }
  const late = facts.uptimeMs > PATIENCE_MS.discovery;
  const share = facts.pingsAnswered;
  if (share === null) {
    return late
      ? check(
          id,
          'look',
          'Discovery has nobody to ask',
          'no ping sent yet',
          'Add a bootnode on the Nodes page.',
        )
      : check(id, 'pending', 'Discovery is starting', 'no ping sent yet');
  }
  const evidence = `${String(Math.round(share * 100))}% of pings, last 10 min`;
  if (share >= PINGS_LOOK) return check(id, 'good', 'Discovery answering', evidence);
  const { entries, live } = facts.table;
  // Whom others still name though they are gone is pinged in each lookup; the nodes of the table are pinged in turn.
  if (share >= PINGS_BAD && live * 2 > entries) {
    const held = `${plain(live)} of ${some(entries, 'node')} in the table live`;
    return check(id, 'good', 'Discovery answering', `${evidence}; ${held}`);
  }
  const isBad = share < PINGS_BAD;
  const title = isBad ? 'Discovery gets no answers' : 'Discovery gets few answers';
  const advice =
    facts.clock !== null && Math.abs(facts.clock.offsetMs) > 20_000
      ? 'The clock is the likely cause: set it first.'
      : `Check that ${facts.clock === null && facts.protocols.includes('v4') ? 'the clock of this machine is right, and that ' : ''}a firewall lets UDP port ${String(facts.udpPort ?? 0)} through.`;
  return late
    ? check(id, isBad ? 'bad' : 'look', title, evidence, advice)
    : check(id, 'pending', 'Discovery is starting', evidence);
}

/** Whether the table holds anybody. */
export function tableCheck(facts: HealthFacts): HealthCheck {
  const id = 'table';
  const { entries, live, replacements } = facts.table;
  if (entries > 0) {
    const evidence = `${some(entries, 'node')}, ${plain(live)} live, ${some(replacements, 'replacement')}`;
    return check(id, 'good', 'Table filled', evidence);
  }
  if (!speaksDiscovery(facts)) return check(id, 'good', 'Table is empty', 'discovery is off');
  const late = facts.uptimeMs > PATIENCE_MS.discovery;
  return late
    ? check(id, 'look', 'Table is empty', 'no node answered yet', 'What discovery lacks is said beside it.')
    : check(id, 'pending', 'Table is empty', 'no node answered yet');
}

/** Peers that came to us. Whether they can come is the port's check: this one gives no second alarm for it. */
export function peersInCheck({ peers, limits, inboundSessions }: HealthFacts): HealthCheck {
  const id = 'peers-in';
  const places = `${plain(peers.inbound)} of ${some(limits.maxInbound, 'place')}`;
  if (peers.inbound > 0) return check(id, 'good', 'Peers in', places);
  if (limits.maxInbound === 0) {
    const evidence = `the limit of ${some(limits.maxPeers, 'peer')} leaves no place`;
    return check(id, 'good', 'No inbound peers, as it is set', evidence);
  }
  if (inboundSessions > 0)
    return check(id, 'good', 'No inbound peer now', `${plain(inboundSessions)} since the start`);
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
