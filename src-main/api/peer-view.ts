import type { Reputation } from '../../shared/model/ban.ts';
import type { NodeSource } from '../../shared/model/node-source.ts';
import type {
  OpenRequest,
  PeerDetail,
  PeerFlags,
  PeerRow,
  PeerStatus,
  PastOutcome,
  RequestKind,
  RequestTotals,
} from '../../shared/model/peer.ts';
import type { EthSession } from '../eth/session.ts';
import { bytesToHex, to0x } from '../base/bytes.ts';
import { percentile } from '../base/request-tally.ts';
import { formatSocketAddress } from '../base/ip.ts';
import { enrToText } from '../node-record/enr.ts';
import { enodeUrlOf, nodeFromParts } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { PeerSession } from '../p2p/peer-session.ts';

/** Number of round trips in a row and in the details. */
const TREND_LENGTH = 16;
const HISTORY_LENGTH = 120;
const NO_REQUESTS: RequestTotals = { open: 0, answered: 0, timedOut: 0 };

/** A session with the known facts about its node. */
export interface LivePeer {
  readonly session: PeerSession;
  readonly eth: EthSession | undefined;
  readonly kind: PeerFlags;
  /** Name from the node lists. */
  readonly label: string | null;
  /** The node as dialed or discovered, with its listening port and record. */
  readonly node: Node | undefined;
}

/** Stored facts about the node of a session. */
export interface PeerMemory {
  readonly earlier: readonly PastOutcome[];
  readonly reputation: Reputation;
  /** Sources of the node: `v4`, `static`, `inbound`, …. */
  readonly sources: readonly NodeSource[];
  /** Name of a fork by its hash, 8 hex digits; undefined for a hash of another schedule. */
  readonly forkNameOf: (hash: string) => string | undefined;
}

/** Creates a row of the peers table. @param reputation score of the node @param sources sources of the node */
export function peerRow(
  { session, eth, kind, label }: LivePeer,
  reputation: number,
  sources: readonly NodeSource[],
): PeerRow {
  return {
    id: session.idHex,
    name: session.clientName,
    label,
    ip: session.remote.ip,
    port: session.remote.port,
    direction: session.direction,
    kind,
    capabilities: session.capabilities,
    ethVersion: eth?.accepted === true ? eth.version : null,
    stage: session.stage,
    latestBlock: eth?.latestBlock?.toString() ?? null,
    latencyMs: session.latency.last ?? null,
    latencyTrend: session.latency.recent(TREND_LENGTH),
    connectedAt: session.connectedAt,
    bytesIn: session.bytesIn,
    bytesOut: session.bytesOut,
    rateIn: session.traffic.rateIn,
    rateOut: session.traffic.rateOut,
    lastInAt: session.traffic.lastInAt,
    lastOutAt: session.traffic.lastOutAt,
    reputation,
    ...session.figures,
    sources,
  };
}

/** Creates the details of a session. */
export function peerDetail(peer: LivePeer, memory: PeerMemory): PeerDetail {
  const { session, eth, node } = peer;
  const record = node?.record;
  return {
    row: peerRow(peer, memory.reputation.score, memory.sources),
    publicKey: bytesToHex(session.publicKey),
    enode: enodeUrlOf(reachableNode(peer)),
    enr: record === undefined ? null : enrToText(record),
    localAddress: formatSocketAddress(session.local),
    remoteAddress: formatSocketAddress(session.remote),
    p2pVersion: session.remoteHello.p2pVersion,
    negotiated: session.negotiated,
    status: eth === undefined ? null : peerStatus(eth),
    messages: session.traffic.messages,
    latencyHistory: session.latency.recent(HISTORY_LENGTH),
    latencyBestMs: session.latency.best ?? null,
    earlier: memory.earlier,
    reputation: memory.reputation,
    queuedBytes: session.queuedBytes,
    requests: eth?.requests ?? NO_REQUESTS,
    trend: session.traffic.trend,
    requestKinds: requestKinds(peer),
    openRequests: openRequests(peer),
    served: eth?.served ?? [],
    forkName: forkName(eth, memory),
    enrSeq: record === undefined ? null : record.seq.toString(),
    sources: memory.sources,
  };
}

/** Pings of the base protocol, then the requests of eth. */
function requestKinds({ session, eth }: LivePeer): readonly RequestKind[] {
  const { latency } = session;
  const { messages } = session.traffic;
  const pong = messages.find(({ protocol, name }) => protocol === 'p2p' && name === 'Pong');
  const ping = messages.find(({ protocol, name }) => protocol === 'p2p' && name === 'Ping');
  const answered = pong?.in ?? 0;
  const samples = latency.recent(HISTORY_LENGTH);
  const pings: RequestKind = {
    ...{ protocol: 'p2p', name: 'Ping', origin: 'node', answered, timedOut: 0 },
    open: Math.max(0, (ping?.out ?? 0) - answered),
    p50Ms: percentile(samples, 0.5),
    p95Ms: percentile(samples, 0.95),
  };
  const others = [...ethKinds(eth), ...composedKinds(session)];
  return ping === undefined ? others : [pings, ...others];
}

function ethKinds(eth: EthSession | undefined): readonly RequestKind[] {
  if (eth === undefined) return [];
  const protocol = `eth/${String(eth.version)}`;
  const { counts, inFlight } = eth.requestDetails;
  const names = new Set([...counts.map(({ name }) => name), ...inFlight.map(({ request }) => request.name)]);
  return [...names].map((name) => ({
    ...{ answered: 0, timedOut: 0, p50Ms: null, p95Ms: null },
    ...counts.find((each) => each.name === name),
    ...{ protocol, name, origin: 'node' },
    open: inFlight.filter(({ request }) => request.name === name).length,
  }));
}

function composedKinds({ composed }: PeerSession): readonly RequestKind[] {
  const { counts, inFlight } = composed;
  const kinds = new Map(
    [...counts, ...inFlight.map(({ message }) => message)].map(({ protocol, name }) => [
      `${protocol} ${name}`,
      { protocol, name },
    ]),
  );
  return [...kinds.values()].map(({ protocol, name }) => {
    const isOfKind = (each: { readonly protocol: string; readonly name: string }): boolean =>
      each.protocol === protocol && each.name === name;
    return {
      ...{ answered: 0, timedOut: 0, p50Ms: null, p95Ms: null },
      ...counts.find(isOfKind),
      ...{ protocol, name, origin: 'composed' },
      open: inFlight.filter(({ message }) => isOfKind(message)).length,
    };
  });
}

function openRequests({ session, eth }: LivePeer): readonly OpenRequest[] {
  const protocol = `eth/${String(eth?.version)}`;
  const own = (eth?.requestDetails.inFlight ?? []).map(
    ({ request: { name, requestId }, sentAt }): OpenRequest => ({
      ...{ protocol, name, requestId: String(requestId), origin: 'node', sentAt },
    }),
  );
  const composed = session.composed.inFlight.map(({ message, sentAt }): OpenRequest => ({
    ...{ protocol: message.protocol, name: message.name, origin: 'composed', sentAt },
    requestId: message.requestId === undefined ? '' : String(message.requestId),
  }));
  return [...own, ...composed].sort((a, b) => a.sentAt - b.sentAt);
}

function forkName(eth: EthSession | undefined, { forkNameOf }: PeerMemory): string | null {
  const forkId = eth?.remoteStatus?.forkId;
  return forkId === undefined ? null : (forkNameOf(bytesToHex(forkId.hash)) ?? null);
}

/**
 * Returns the node for the enode URL. For an inbound peer that discovery does not know, it has the remote address,
 * whose port is not the listening port. The UDP port is unknown then and omitted from the URL, as in geth
 * (p2p/server.go nodeFromConn).
 */
function reachableNode({ session, node }: LivePeer): Node {
  if (node?.ip === undefined) {
    const { ip, port } = session.remote;
    return nodeFromParts({ publicKey: session.publicKey, ip, tcp: port, udp: port });
  }
  const isUdpUnknown = session.direction === 'inbound' && node.record === undefined && node.udp === 0;
  return isUdpUnknown ? { ...node, udp: node.tcp } : node;
}

function peerStatus(eth: EthSession): PeerStatus | null {
  const status = eth.remoteStatus;
  if (status === undefined) return null;
  const { headHash, remoteRange } = eth;
  return {
    version: eth.version,
    networkId: status.networkId.toString(),
    genesisHash: to0x(status.genesisHash),
    forkId: { hash: to0x(status.forkId.hash), next: status.forkId.next.toString() },
    headHash: headHash === undefined ? to0x(new Uint8Array(32)) : to0x(headHash),
    earliestBlock: remoteRange?.earliest.toString() ?? null,
    latestBlock: eth.latestBlock?.toString() ?? null,
  };
}
