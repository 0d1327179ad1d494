/** The checks on how others reach us: port, gateway, address, clock. */
import { formatDuration, formatRelativeTime } from '../../shared/format.ts';
import type { HealthCheck } from '../../shared/model/node.ts';
import { isLan } from '../base/ip.ts';
import { check, PATIENCE_MS, some, speaksDiscovery, type HealthFacts } from './health-facts.ts';

/**
 * Milliseconds from which a clock is looked at, and from which it is bad: packets of discovery hold for 20 s
 * (discovery/v4/constants.ts EXPIRATION_SECONDS), so beyond that one side drops all of the other's.
 */
const CLOCK_LOOK_MS = 5_000;
const CLOCK_BAD_MS = 20_000;

/** Whether somebody out there has reached our port. */
export function portCheck(facts: HealthFacts): HealthCheck {
  const id = 'inbound';
  const port = String(facts.tcpPort ?? 0);
  const { outsideContacts, arrivals } = facts;
  const inboundSessions = arrivals.sessions;
  if (outsideContacts > 0) {
    const evidence = `${some(outsideContacts, 'connection')} so far`;
    return check(id, 'good', `Port ${port} reachable from outside`, evidence);
  }
  if (facts.confined || facts.demo) {
    const evidence = arrivals.newestAt === null ? 'no inbound session yet' : cameIn(facts, arrivals.newestAt);
    const title =
      inboundSessions > 0 ? `Port ${port} takes connections` : `Port ${port} is open to those allowed`;
    return check(id, inboundSessions > 0 ? 'good' : 'pending', title, evidence);
  }
  const title = 'Not yet known whether others reach us';
  const came = inboundSessions > 0 ? 'peers came from the local network alone' : 'no inbound peer yet';
  if (facts.limits.maxInbound === 0)
    return check(id, 'pending', title, `${came}; the limits leave no place for one`);
  if (facts.uptimeMs <= PATIENCE_MS.inbound) return check(id, 'pending', title, came);
  const evidence = inboundSessions > 0 ? came : `none in ${formatDuration(facts.uptimeMs)}`;
  return check(id, 'look', 'Nobody connected to us from outside', evidence, portAdvice(facts, port));
}

/** "9 sessions came in, the last 4 min ago": a figure without its time would contradict one of another span. */
const cameIn = ({ arrivals, now }: HealthFacts, newestAt: number): string =>
  `${some(arrivals.sessions, 'session')} came in, the last ${formatRelativeTime(newestAt, now)}`;

function portAdvice({ nat }: HealthFacts, port: string): string {
  const outer = nat.mappings.find(({ protocol }) => protocol === 'tcp')?.externalPort;
  return outer === undefined
    ? `Forward TCP and UDP port ${port} to this machine, and let both through its firewall.`
    : `The gateway forwards port ${String(outer)}: see whether a firewall on this machine keeps TCP port ${port} shut.`;
}

/** What came of the setting `nat`. */
export function natCheck(facts: HealthFacts): HealthCheck {
  const id = 'nat';
  const { nat } = facts;
  switch (nat.state) {
    case 'off':
      return check(
        id,
        'good',
        'No gateway is asked',
        withoutStop(nat.failure ?? `the setting NAT is ${nat.method}`),
      );
    case 'known':
      return nat.failure === null
        ? check(id, 'good', 'Address known', nat.method)
        : check(
            id,
            'look',
            'Address not confirmed',
            withoutStop(nat.failure),
            'It is asked for again by itself.',
          );
    case 'searching':
      return check(id, 'pending', 'Looking for a gateway', nat.method);
    case 'mapped':
    case 'partial':
      return mappedCheck(facts);
    case 'failed':
      return failedCheck(facts);
  }
}

function mappedCheck({ nat, now }: HealthFacts): HealthCheck {
  const id = 'nat';
  const ports = nat.mappings
    .map(({ protocol, externalPort }) => `${protocol} ${String(externalPort)}`)
    .join(', ');
  const evidence = `${nat.gateway ?? nat.method} · ${ports}`;
  if (nat.failure === null) return check(id, 'good', 'Ports mapped by the gateway', evidence);
  const retry = nat.nextTryAt === null ? '' : `, next try ${formatRelativeTime(nat.nextTryAt, now)}`;
  const title = nat.state === 'partial' ? 'One port is not mapped' : 'Ports mapped, but something is wrong';
  const advice =
    nat.nextTryAt === null
      ? 'Forward the ports on the outer router too, or ask the provider for an address of the internet.'
      : 'It is tried again by itself; forwarding the ports by hand on the router works too.';
  return check(id, 'look', title, `${withoutStop(nat.failure)}${retry}`, advice);
}

function failedCheck(facts: HealthFacts): HealthCheck {
  const id = 'nat';
  const { nat, now, outsideContacts, external, tcpPort } = facts;
  const failure = withoutStop(nat.failure ?? 'it failed');
  const isWanted = nat.method !== 'any';
  const isReached =
    outsideContacts > 0 || external.some(({ ip, source }) => source === 'interface' && !isLan(ip));
  if (!isWanted && isReached) return check(id, 'good', 'No mapping needed', 'others reach us without one');
  if (!isWanted && facts.uptimeMs <= PATIENCE_MS.nat)
    return check(id, 'pending', 'No gateway found yet', failure);
  const retry = nat.nextTryAt === null ? '' : `, next try ${formatRelativeTime(nat.nextTryAt, now)}`;
  const title = nat.method.startsWith('stun') ? 'STUN server gives no address' : 'No gateway maps our ports';
  const advice = nat.method.startsWith('stun')
    ? 'See whether the server’s address is right, or set NAT to any.'
    : `Switch UPnP or NAT-PMP on in the router, or forward TCP and UDP port ${String(tcpPort ?? 0)} by hand.`;
  return check(id, 'look', title, `${failure}${retry}`, advice);
}

/** What address others are told. */
export function externalCheck(facts: HealthFacts): HealthCheck {
  const id = 'external-address';
  const [first] = facts.external;
  if (first !== undefined) {
    const addresses = facts.external.map((address) => address.ip).join(', ');
    const from = {
      votes: some(first.votes, 'vote'),
      nat: first.votes > 0 ? `from the gateway, ${some(first.votes, 'vote')}` : 'from the gateway',
      stun: first.votes > 0 ? `from the STUN server, ${some(first.votes, 'vote')}` : 'from the STUN server',
      flag: 'set by the setting NAT',
      interface: 'this machine’s own address',
    }[first.source];
    const title = first.votes > 0 ? 'External address agreed' : 'External address';
    return check(id, 'good', title, `${addresses} · ${from}`);
  }
  const late =
    facts.uptimeMs > PATIENCE_MS.external && speaksDiscovery(facts) && !facts.confined && !facts.demo;
  return check(
    id,
    late ? 'look' : 'pending',
    'External address not known yet',
    speaksDiscovery(facts) ? 'no 10 nodes agree yet' : 'discovery is off',
    late ? 'Set NAT to extip:ADDRESS if you know it.' : null,
  );
}

/** Our clock against others'; undefined where nobody tells: to all but v4 it does not matter, as it alone sends times. */
export function clockCheck(facts: HealthFacts): HealthCheck | undefined {
  const id = 'clock';
  const { clock } = facts;
  if (clock === null)
    return facts.discoveryEnabled && facts.protocols.some(({ protocol }) => protocol === 'v4')
      ? check(id, 'pending', 'Clock not compared yet', 'too few nodes have written')
      : undefined;
  const { offsetMs, samples } = clock;
  const distance = Math.abs(offsetMs);
  const seconds = `${(distance / 1_000).toFixed(distance < 10_000 ? 1 : 0)} s`;
  const length = distance < 60_000 ? seconds : formatDuration(distance);
  if (distance <= CLOCK_LOOK_MS) {
    const sign = distance < 50 ? '±' : offsetMs > 0 ? '−' : '+';
    return check(id, 'good', 'Clock', `${sign}${seconds} against ${some(samples, 'node')}`);
  }
  const evidence = `${length} ${offsetMs > 0 ? 'behind' : 'ahead of'} ${some(samples, 'node')}`;
  return distance <= CLOCK_BAD_MS
    ? check(id, 'look', 'Clock is off', evidence, 'Set the clock of this machine, by NTP if possible.')
    : check(
        id,
        'bad',
        'Clock is wrong',
        evidence,
        'Set the clock of this machine, by NTP if possible: packets of discovery hold for 20 s, so that others drop ours, or we theirs.',
      );
}

const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');
