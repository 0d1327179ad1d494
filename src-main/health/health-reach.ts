/** The health checks of reachability: port, NAT gateway, external address, clock. */
import { withoutFullStop } from '../../shared/causes/sentences.ts';
import { formatDuration, formatQuantity, formatRelativeTime } from '../../shared/format.ts';
import type { HealthCheck } from '../../shared/model/node.ts';
import { isLan } from '../base/ip.ts';
import { check, PATIENCE_MS, speaksDiscovery, type HealthFacts } from './health-facts.ts';

/**
 * Clock offsets above which the state is `warning` and `bad`, milliseconds. v4 packets expire after 20 s
 * (discovery/v4/constants.ts, EXPIRATION_SECONDS): with a larger offset, one side drops all packets of the other.
 */
const CLOCK_WARN_MS = 5_000;
const CLOCK_BAD_MS = 20_000;

/** Checks whether a node from outside the local network has connected to our port. */
export function portCheck(facts: HealthFacts): HealthCheck {
  const id = 'inbound';
  const port = String(facts.tcpPort ?? 0);
  const { outsideContacts, arrivals } = facts;
  const inboundSessions = arrivals.sessions;
  if (outsideContacts > 0) {
    const evidence = formatQuantity(outsideContacts, 'inbound connection');
    return check(id, 'good', `Port ${port} reachable`, evidence);
  }
  if (facts.confined || facts.demo) {
    const evidence =
      arrivals.newestAt === null ? 'no inbound session yet' : sessionsText(facts, arrivals.newestAt);
    const title =
      inboundSessions > 0
        ? `Port ${port} accepts connections`
        : `Port ${port} is open to the allowed networks`;
    return check(id, inboundSessions > 0 ? 'good' : 'pending', title, evidence);
  }
  const title = 'Reachability not known yet';
  const inbound = inboundSessions > 0 ? 'inbound peers from the local network only' : 'no inbound peer yet';
  if (facts.limits.maxInbound === 0)
    return check(id, 'pending', title, `${inbound}; the limits leave no inbound slot`);
  if (facts.uptimeMs <= PATIENCE_MS.inbound) return check(id, 'pending', title, inbound);
  const evidence = inboundSessions > 0 ? inbound : `none in ${formatDuration(facts.uptimeMs)}`;
  return check(id, 'warning', 'No inbound connection from outside', evidence, portAdvice(facts, port));
}

/**
 * `9 inbound sessions, last 4 min ago`. The time is necessary, because other views count sessions of another time
 * range.
 */
const sessionsText = ({ arrivals, now }: HealthFacts, newestAt: number): string =>
  `${formatQuantity(arrivals.sessions, 'inbound session')}, last ${formatRelativeTime(newestAt, now)}`;

function portAdvice({ nat }: HealthFacts, port: string): string {
  const outer = nat.mappings.find(({ protocol }) => protocol === 'tcp')?.externalPort;
  return outer === undefined
    ? `Forward TCP and UDP port ${port} to this machine and allow both in its firewall.`
    : `The gateway forwards port ${String(outer)}. Check that the firewall of this machine allows TCP port ${port}.`;
}

/** Checks the NAT port mapping. */
export function natCheck(facts: HealthFacts): HealthCheck {
  const id = 'nat';
  const { nat } = facts;
  switch (nat.state) {
    case 'off':
      return check(
        id,
        'good',
        'No NAT port mapping',
        withoutFullStop(nat.failure?.message ?? `the setting NAT is ${nat.method}`),
      );
    case 'known':
      return nat.failure === null
        ? check(id, 'good', 'External address set', nat.method)
        : check(
            id,
            'warning',
            'External address not confirmed',
            withoutFullStop(nat.failure.message),
            'The node retries automatically.',
          );
    case 'searching':
      return check(id, 'pending', 'Searching for a gateway', nat.method);
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
  const retry = nat.nextTryAt === null ? '' : `, next attempt ${formatRelativeTime(nat.nextTryAt, now)}`;
  const title = nat.state === 'partial' ? 'One port is not mapped' : 'Ports mapped with a problem';
  const advice =
    nat.nextTryAt === null
      ? 'Forward the ports on the outer router too, or ask the provider for a public IP address.'
      : 'The node retries automatically. You can also forward the ports in the router.';
  return check(id, 'warning', title, `${withoutFullStop(nat.failure.message)}${retry}`, advice);
}

function failedCheck(facts: HealthFacts): HealthCheck {
  const id = 'nat';
  const { nat, now, outsideContacts, external, tcpPort } = facts;
  const failure = withoutFullStop(nat.failure?.message ?? 'it failed');
  const isWanted = nat.method !== 'any';
  const isReached =
    outsideContacts > 0 || external.some(({ ip, source }) => source === 'interface' && !isLan(ip));
  if (!isWanted && isReached)
    return check(id, 'good', 'No port mapping needed', 'inbound connections work without it');
  if (!isWanted && facts.uptimeMs <= PATIENCE_MS.nat)
    return check(id, 'pending', 'No gateway found yet', failure);
  const retry = nat.nextTryAt === null ? '' : `, next attempt ${formatRelativeTime(nat.nextTryAt, now)}`;
  const title = nat.method.startsWith('stun')
    ? 'No response from the STUN server'
    : 'No gateway maps the ports';
  const advice = nat.method.startsWith('stun')
    ? 'Check the server’s address, or set NAT to any.'
    : `Turn on UPnP or NAT-PMP in the router, or forward TCP and UDP port ${String(tcpPort ?? 0)} manually.`;
  return check(id, 'warning', title, `${failure}${retry}`, advice);
}

/** Checks the external address in our ENR. */
export function externalCheck(facts: HealthFacts): HealthCheck {
  const id = 'external-address';
  const [first] = facts.external;
  if (first !== undefined) {
    const addresses = facts.external.map((address) => address.ip).join(', ');
    const from = {
      votes: formatQuantity(first.votes, 'vote'),
      nat: first.votes > 0 ? `from the gateway, ${formatQuantity(first.votes, 'vote')}` : 'from the gateway',
      stun:
        first.votes > 0
          ? `from the STUN server, ${formatQuantity(first.votes, 'vote')}`
          : 'from the STUN server',
      flag: 'set by the setting NAT',
      interface: 'this machine’s own address',
    }[first.source];
    const title = first.votes > 0 ? 'External address confirmed' : 'External address';
    return check(id, 'good', title, `${addresses} · ${from}`);
  }
  const late =
    facts.uptimeMs > PATIENCE_MS.external && speaksDiscovery(facts) && !facts.confined && !facts.demo;
  return check(
    id,
    late ? 'warning' : 'pending',
    'External address not known yet',
    speaksDiscovery(facts) ? 'fewer than 10 nodes agree' : 'discovery is off',
    late ? 'Set NAT to extip:ADDRESS if you know it.' : null,
  );
}

/** Checks our clock against other nodes; undefined without discovery v4, because only its packets have times. */
export function clockCheck(facts: HealthFacts): HealthCheck | undefined {
  const id = 'clock';
  const { clock } = facts;
  if (clock === null)
    return facts.discoveryEnabled && facts.protocols.some(({ protocol }) => protocol === 'v4')
      ? check(id, 'pending', 'Clock not compared yet', 'too few packets received')
      : undefined;
  const { offsetMs, samples } = clock;
  const distance = Math.abs(offsetMs);
  const seconds = `${(distance / 1_000).toFixed(distance < 10_000 ? 1 : 0)} s`;
  const length = distance < 60_000 ? seconds : formatDuration(distance);
  if (distance <= CLOCK_WARN_MS) {
    const sign = distance < 50 ? '±' : offsetMs > 0 ? '−' : '+';
    return check(id, 'good', 'Clock', `${sign}${seconds} against ${formatQuantity(samples, 'node')}`);
  }
  const evidence = `${length} ${offsetMs > 0 ? 'behind' : 'ahead of'} ${formatQuantity(samples, 'node')}`;
  return distance <= CLOCK_BAD_MS
    ? check(id, 'warning', 'Clock is off', evidence, 'Synchronise the clock of this machine with NTP.')
    : check(
        id,
        'bad',
        'Clock is wrong',
        evidence,
        'Synchronise the clock of this machine with NTP. Discovery v4 packets expire after 20 s, so one side drops the packets of the other.',
      );
}
