import type { ExternalAddress, HealthCheck, PeerLimits, PeerTotals } from '../../shared/model/node.ts';
import { formatDuration } from '../../shared/format.ts';

/** Everything that the health list is judged from: plain figures, none of them guessed. */
export interface HealthFacts {
  readonly running: boolean;
  readonly uptimeMs: number;
  readonly demo: boolean;
  /** Where the machine has an interface other than loopback. */
  readonly networkPresent: boolean;
  readonly tcpPort: number | undefined;
  readonly udpPort: number | undefined;
  readonly external: readonly ExternalAddress[];
  readonly discoveryEnabled: boolean;
  readonly pingsAnswered: number | null;
  readonly peers: PeerTotals;
  readonly limits: PeerLimits;
  readonly inboundSessions: number;
  readonly table: { readonly entries: number; readonly live: number; readonly replacements: number };
  readonly database: { readonly nodes: number; readonly failure: string | undefined };
  readonly eventLoop: { readonly p99Ms: number; readonly maxMs: number } | undefined;
}

/** How long a figure may be missing after the start before it is something to look at. */
const PATIENCE_MS = { discovery: 30_000, peers: 120_000, inbound: 900_000, external: 300_000 } as const;
/** Shares of answered pings under which discovery is looked at and is bad. */
const PINGS_LOOK = 0.3;
const PINGS_BAD = 0.05;
/** Event loop delays (99th percentile, ms) from which on the machine is busy and too busy. */
const DELAY_LOOK_MS = 50;
const DELAY_BAD_MS = 250;

const percent = (share: number): string => `${String(Math.round(share * 100))}%`;
const plain = (number: number): string => number.toLocaleString('en');
const some = (number: number, noun: string): string => `${plain(number)} ${noun}${number === 1 ? '' : 's'}`;

/** The health list, in the order in which it is read; empty while the node is not running. */
export function healthOf(facts: HealthFacts): HealthCheck[] {
  if (!facts.running) return [];
  const checks = [peersCheck(facts), discoveryCheck(facts), tableCheck(facts)];
  checks.push(externalCheck(facts), inboundCheck(facts), databaseCheck(facts), delayCheck(facts));
  if (!facts.networkPresent && !facts.demo) checks.unshift(NO_NETWORK);
  return checks;
}

const NO_NETWORK: HealthCheck = {
  id: 'network',
  state: 'bad',
  title: 'This machine has no network',
  evidence: 'only loopback addresses',
  advice: 'Connect it, or start with --demo to watch a private network inside this process.',
};

function externalCheck(facts: HealthFacts): HealthCheck {
  const id = 'external-address';
  const [first] = facts.external;
  if (first !== undefined) {
    const addresses = facts.external.map((address) => address.ip).join(', ');
    const from = {
      votes: some(first.votes, 'vote'),
      nat: 'from the gateway',
      stun: 'from the STUN server',
      flag: 'set by --nat',
      interface: 'this machine’s own address',
    }[first.source];
    const title = first.source === 'votes' ? 'External address agreed' : 'External address';
    return { id, state: 'good', title, evidence: `${addresses} · ${from}`, advice: null };
  }
  const late = facts.uptimeMs > PATIENCE_MS.external && facts.discoveryEnabled;
  return {
    id,
    state: late ? 'look' : 'pending',
    title: 'External address not known yet',
    evidence: facts.discoveryEnabled ? 'no 10 nodes agree yet' : 'discovery is off',
    advice: late ? 'Set it with --nat extip:ADDRESS if you know it.' : null,
  };
}

function discoveryCheck(facts: HealthFacts): HealthCheck {
  const id = 'discovery';
  if (!facts.discoveryEnabled) {
    return { id, state: 'pending', title: 'Discovery is off', evidence: '--nodiscover', advice: null };
  }
  if (facts.pingsAnswered === null) {
    const late = facts.uptimeMs > PATIENCE_MS.discovery;
    return {
      id,
      state: late ? 'look' : 'pending',
      title: late ? 'Discovery has nobody to ask' : 'Discovery is starting',
      evidence: 'no ping sent yet',
      advice: late ? 'Add a bootnode on the Nodes page.' : null,
    };
  }
  const share = facts.pingsAnswered;
  const state = share < PINGS_BAD ? 'bad' : share < PINGS_LOOK ? 'look' : 'good';
  return {
    id,
    state: state !== 'good' && facts.uptimeMs < PATIENCE_MS.discovery ? 'pending' : state,
    title: state === 'bad' ? 'Discovery gets no answers' : 'Discovery answering',
    evidence: `${percent(share)} of pings, last 10 min`,
    advice:
      state === 'good' ? null : `Check that a firewall lets UDP port ${String(facts.udpPort ?? 0)} through.`,
  };
}

function peersCheck(facts: HealthFacts): HealthCheck {
  const { peers, limits } = facts;
  const evidence = `${plain(peers.total)} of ${plain(limits.maxPeers)} · ${plain(peers.inbound)} in, ${plain(peers.outbound)} out`;
  if (peers.total > 0)
    return { id: 'peers', state: 'good', title: 'Peers connected', evidence, advice: null };
  const late = facts.uptimeMs > PATIENCE_MS.peers;
  return {
    id: 'peers',
    state: late ? 'look' : 'pending',
    title: late ? 'No peer yet' : 'Looking for peers',
    evidence: late ? `none after ${formatDuration(facts.uptimeMs)}` : evidence,
    advice: late ? 'How dials ended tells why. On a full network the first peers take some minutes.' : null,
  };
}

function inboundCheck(facts: HealthFacts): HealthCheck {
  const id = 'inbound';
  const port = String(facts.tcpPort ?? 0);
  if (facts.inboundSessions > 0) {
    const evidence = `${plain(facts.inboundSessions)} inbound since the start`;
    const title = facts.demo ? `Port ${port} takes connections` : `Port ${port} reachable from outside`;
    return { id, state: 'good', title, evidence, advice: null };
  }
  const late = facts.uptimeMs > PATIENCE_MS.inbound && facts.limits.maxInbound > 0;
  return {
    id,
    state: late ? 'look' : 'pending',
    title: late ? 'Nobody connected to us' : 'Not yet known whether others reach us',
    evidence: late ? `none in ${formatDuration(facts.uptimeMs)}` : 'no inbound peer yet',
    advice: late ? `Forward TCP and UDP port ${port} to this machine.` : null,
  };
}

function tableCheck(facts: HealthFacts): HealthCheck {
  const { entries, live, replacements } = facts.table;
  const evidence = `${some(entries, 'node')}, ${plain(live)} live, ${some(replacements, 'replacement')}`;
  if (entries > 0) return { id: 'table', state: 'good', title: 'Table filled', evidence, advice: null };
  const late = facts.uptimeMs > PATIENCE_MS.discovery && facts.discoveryEnabled;
  return {
    id: 'table',
    state: late ? 'look' : 'pending',
    title: 'Table is empty',
    evidence: facts.discoveryEnabled ? 'no node answered yet' : 'discovery is off',
    advice: null,
  };
}

function databaseCheck(facts: HealthFacts): HealthCheck {
  const { nodes, failure } = facts.database;
  if (failure === undefined) {
    return {
      id: 'database',
      state: 'good',
      title: 'Database',
      evidence: `${some(nodes, 'node')} known`,
      advice: null,
    };
  }
  return {
    id: 'database',
    state: 'bad',
    title: 'Database cannot be written',
    evidence: failure,
    advice: 'Check the free space and the rights of the data folder.',
  };
}

function delayCheck(facts: HealthFacts): HealthCheck {
  const id = 'event-loop';
  if (facts.eventLoop === undefined) {
    return { id, state: 'pending', title: 'Response time', evidence: 'measuring', advice: null };
  }
  const { p99Ms, maxMs } = facts.eventLoop;
  const state = p99Ms >= DELAY_BAD_MS ? 'bad' : p99Ms >= DELAY_LOOK_MS ? 'look' : 'good';
  return {
    id,
    state,
    title: state === 'good' ? 'Keeps up with its work' : 'Falls behind its work',
    evidence: `${p99Ms.toFixed(p99Ms < 10 ? 1 : 0)} ms late at p99, ${maxMs.toFixed(0)} at most`,
    advice: state === 'good' ? null : 'Lower the number of peers, or give this machine less else to do.',
  };
}
