/** One dial of a static node: searches its address where it is unknown, or where the known one does not answer. */
import { describeError } from '../base/errors.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { Node } from '../node-record/node.ts';
import type { EndCause } from '../events/events.ts';
import { silentEnd } from '../causes/end-cause.ts';
import type { DialKind, DialRefusal } from './dial-policy.ts';
import type { HostLookup, NodeResolver, StaticNode } from './static-node.ts';

/** What a static dial works with. */
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
  /** Resolves to undefined when there is a session, else to the reason why not. Never rejects. */
  dial(node: Node, kind: DialKind, signal: AbortSignal): Promise<EndCause | undefined>;
}

/** Dials the node, and once more when it turns out to be elsewhere; undefined when a session was made. */
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
  const isElsewhere = unreachable && (await unlessAborted(signal, resolve(entry, options))) === true;
  return isElsewhere ? await connectToAny(entry, signal, options) : cause;
}

/** Tries the addresses of the node's name in order; the cause is that of the last one. */
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

/** What a search comes to; undefined as soon as the signal aborts, as a stop waits for no name server. */
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
    logger.warn('The DNS name of a static node was not found', {
      hostname,
      idHex,
      error: describeError(error),
    });
  }
}

/** Whether the node is now known at another address. */
async function resolve(entry: StaticNode, { resolver, clock, logger }: StaticDialOptions): Promise<boolean> {
  if (resolver === undefined) return false;
  try {
    return await entry.resolve(resolver, clock);
  } catch (error) {
    logger.debug('A static node was not found', { idHex: entry.current.idHex, error: describeError(error) });
    return false;
  }
}
