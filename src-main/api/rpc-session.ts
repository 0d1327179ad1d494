/** JSON-RPC method of one live session: all its facts, for scripts. */
import { z } from 'zod';
import type { PeerDetail } from '../../shared/model/peer.ts';
import { describeError, EnodeckError } from '../base/errors.ts';
import { parseNode } from '../node-record/node-factory.ts';
import { nodeIdIn } from '../node-record/node-id.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { method, param, text, type NamedMethods } from './rpc-method.ts';

/** The node ID in a node ID, an enode URL or a record. */
const node = text.trim().transform((value, context) => {
  try {
    return nodeIdIn(value) ?? parseNode(value).idHex;
  } catch (error) {
    if (!(error instanceof EnodeckError)) throw error;
    const message = `must be a node ID, an enode URL or a record: ${describeError(error)}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});

/** Creates the methods of live sessions. */
export function sessionMethods(backend: ApiBackend): NamedMethods {
  return [
    [
      'enodeck_session',
      method('One live session', [param('node', node)], z.looseObject({}), (id) => session(backend, id)),
    ],
  ];
}

function session(backend: ApiBackend, id: string): object {
  const detail = backend.peerDetail(id);
  if (detail === null) throw new RpcError(RPC_CODES.failed, 'there is no session with this node');
  return { ...sessionFacts(detail), events: eventsOf(backend, id) };
}

/** What happened with the node, newest first; the log of events has a bound. */
function eventsOf(backend: ApiBackend, id: string): readonly object[] {
  return backend.events
    .all()
    .filter(({ nodeId }) => nodeId === id)
    .map(({ at, kind, text, direction, endedBy }) => ({ at, kind, text, direction, endedBy }))
    .reverse();
}

/** The facts of a session in groups. Times are Unix milliseconds, sizes bytes, large numbers decimal. */
export function sessionFacts(detail: PeerDetail): object {
  const { row, status } = detail;
  return {
    id: row.id,
    name: row.name,
    label: row.label,
    enode: detail.enode,
    enr: detail.enr,
    enrSeq: detail.enrSeq,
    direction: row.direction,
    static: row.kind.static,
    trusted: row.kind.trusted,
    sources: detail.sources,
    stage: row.stage,
    connectedAt: row.connectedAt,
    localAddress: detail.localAddress,
    remoteAddress: detail.remoteAddress,
    p2pVersion: detail.p2pVersion,
    capabilities: { offered: row.capabilities, agreed: detail.negotiated },
    eth: status === null ? null : { ...status, forkName: detail.forkName },
    snap: detail.negotiated.find((protocol) => protocol.startsWith('snap/')) ?? null,
    latency: { lastMs: row.latencyMs, bestMs: detail.latencyBestMs, historyMs: detail.latencyHistory },
    traffic: {
      bytesIn: row.bytesIn,
      bytesOut: row.bytesOut,
      rateIn: row.rateIn,
      rateOut: row.rateOut,
      trend: detail.trend,
      queuedBytes: detail.queuedBytes,
      lastInAt: row.lastInAt,
      lastOutAt: row.lastOutAt,
      limited: row.limited,
      droppedOut: row.droppedOut,
    },
    messages: detail.messages,
    requests: { ...detail.requests, kinds: detail.requestKinds, open: detail.openRequests },
    served: detail.served,
    reputation: detail.reputation,
    earlier: detail.earlier,
  };
}
