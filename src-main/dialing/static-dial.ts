/** Dial of a static node. Searches its address when it is unknown or unreachable. */
import { describeError } from '../base/errors.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { EndCause } from '../events/events.ts';
import { silentEnd } from '../causes/end-cause.ts';
import type { DialKind, DialRefusal } from './dial-policy.ts';
import type { HostLookup, NodeResolver, StaticNode } from './static-node.ts';

/** Dependencies of the dial of a static node. */
export interface StaticDialOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly resolver?: NodeResolver | undefined;
  readonly lookupHost?: HostLookup | undefined;
  readonly isAllowedAddress: (ip: string) => boolean;
  readonly isBanned: (node: Node) => boolean;
  readonly connector: Connector;
}

/** Connects to nodes and performs all handshakes. */
export interface Connector {
  /** Resolves with undefined when a session has started, else with the cause. Never rejects. */
  dial(node: Node, kind: DialKind, signal: AbortSignal): Promise<EndCause | undefined>;
}

/**
 * Dials the node, and once more if the search finds another address. Resolves with undefined when a session has started,
 * else with the cause.
 */
export async function dialStaticNode(
  entry: StaticNode,
  signal: AbortSignal,
  options: StaticDialOptions,
): Promise<EndCause | undefined> {
  await unlessAborted(signal, lookUpHost(entry, options));
  if (entry.current.ip === undefined && !signal.aborted) await unlessAborted(signal, resolve(entry, options));
  if (signal.aborted) return silentEnd('local', 'connect', 'aborted');
  const cause = await connectToAny(entry, signal, options);
  const unreachable = isUnreachable(cause) && !signal.aborted;
  const hasMoved = unreachable && (await unlessAborted(signal, resolve(entry, options))) === true;
  return hasMoved ? await connectToAny(entry, signal, options) : cause;
}

/** Tries the addresses of the DNS name in order. Returns the cause of the last attempt. */
async function connectToAny(
  entry: StaticNode,
  signal: AbortSignal,
  options: StaticDialOptions,
): Promise<EndCause | undefined> {
  for (;;) {
    const node = entry.current;
    const refusal = refuseTarget(node, options);
    if (refusal !== undefined) return silentEnd('local', 'connect', refusal, null);
    const cause = await options.connector.dial(node, 'static', signal);
    if (!isUnreachable(cause) || signal.aborted || !entry.goToNextAddress()) return cause;
  }
}

const isUnreachable = (cause: EndCause | undefined): boolean =>
  cause?.by === 'network' && cause.stage === 'connect';

function refuseTarget(node: Node, options: StaticDialOptions): DialRefusal | undefined {
  if (options.isBanned(node)) return 'banned';
  if (node.ip === undefined) return 'no-address';
  if (node.tcp === 0) return 'no-port';
  return options.isAllowedAddress(node.ip) ? undefined : 'not-netrestricted';
}

/** Resolves with the result of a search, or with undefined when the signal aborts: a stop does not wait for a name server. */
async function unlessAborted<T>(signal: AbortSignal, search: Promise<T>): Promise<T | undefined> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<undefined>((done) => {
    onAbort = () => {
      done(undefined);
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([search, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

async function lookUpHost(entry: StaticNode, options: StaticDialOptions): Promise<void> {
  const { lookupHost, logger, isAllowedAddress } = options;
  if (lookupHost === undefined || entry.current.hostname === undefined) return;
  try {
    await entry.lookUpHost(lookupHost, isAllowedAddress);
  } catch (error) {
    const { hostname, idHex } = entry.current;
    logger.warn('The DNS name of a static node could not be resolved', {
      hostname,
      id: idHex,
      error: describeError(error),
    });
  }
}

/** Searches the node in the discovery network. Returns whether it has a new address. */
async function resolve(entry: StaticNode, { resolver, clock, logger }: StaticDialOptions): Promise<boolean> {
  if (resolver === undefined) return false;
  try {
    return await entry.resolve(resolver, clock);
  } catch (error) {
    logger.debug('A static node was not found', { id: entry.current.idHex, error: describeError(error) });
    return false;
  }
}
