/** Finds out what a client can do, once after each connect. */
import type { ClientLack } from '../../shared/model/chain.ts';
import { equalBytes, to0x } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import { ACCESS_LIST_METHODS, identityOf, lacksOf, type ClientIdentity, type Dialect } from './dialect.ts';
import { RpcError } from './errors.ts';
import type { RpcClient } from './rpc-client.ts';
import { isNotOffered, refusalOf, type RpcCall, type RpcOutcome } from './rpc-message.ts';
import { dataOf, hashOf, memberOf } from './rpc-values.ts';
import { assertGenesis } from './verify.ts';

/** What a probe found. */
export interface ProbeResult {
  readonly client: ClientIdentity;
  readonly dialect: Dialect;
  readonly lacks: readonly ClientLack[];
}

const ZERO_HASH = `0x${'00'.repeat(32)}`;
const GENESIS = '0x0';

/** The calls of a probe: the genesis block is small, and every client keeps it. */
const probesFor = (genesisHash: string) =>
  ({
    version: { method: 'web3_clientVersion', params: [] },
    genesis: { method: 'eth_getBlockByNumber', params: [GENESIS, false] },
    header: { method: 'debug_getRawHeader', params: [GENESIS] },
    headerByHash: { method: 'debug_getRawHeader', params: [genesisHash] },
    block: { method: 'debug_getRawBlock', params: [GENESIS] },
    receipts: { method: 'debug_getRawReceipts', params: [GENESIS] },
    accessList: { method: ACCESS_LIST_METHODS[0], params: [GENESIS] },
    otherAccessList: { method: ACCESS_LIST_METHODS[1], params: [GENESIS] },
    capabilities: { method: 'eth_capabilities', params: [] },
    pooled: { method: 'eth_getRawTransactionByHash', params: [ZERO_HASH] },
    // A call without its transaction is refused by every client that has the method.
    submission: { method: 'eth_sendRawTransaction', params: [] },
    // Of a filter or a subscription that does not exist: nothing is created.
    filter: { method: 'eth_getFilterChanges', params: [GENESIS] },
    subscription: { method: 'eth_unsubscribe', params: [GENESIS] },
  }) satisfies Readonly<Record<string, RpcCall>>;

type ProbeName = keyof ReturnType<typeof probesFor>;
type Outcomes = Readonly<Record<ProbeName, RpcOutcome>>;

/**
 * Calls each method that this node may use, in one request.
 * @param genesisHash of this node's network, 32 bytes
 * @throws RpcError `rpc-wrong-chain`; what the connection failed with
 */
export async function probeClient(client: RpcClient, genesisHash: Uint8Array): Promise<ProbeResult> {
  const probes = probesFor(to0x(genesisHash));
  const names = Object.keys(probes) as ProbeName[];
  const outcomes = await client.callAll(
    'own',
    names.map((name) => probes[name]),
  );
  const found = Object.fromEntries(names.map((name, at) => [name, outcomes[at]])) as Outcomes;
  // A client that answers nothing is not reached: the first failure says why.
  if (outcomes.every((outcome) => !outcome.ok && refusalOf(outcome.error) === undefined)) {
    const [first] = outcomes;
    if (first !== undefined && !first.ok) throw first.error;
  }
  checkGenesis(found, genesisHash);
  const dialect = dialectOf(found, genesisHash, client.channel.hasNotices);
  return { client: identityOf(resultOf(found.version)), dialect, lacks: lacksOf(dialect) };
}

/** @throws RpcError `rpc-wrong-chain`; the failure of the call that names the genesis block */
function checkGenesis(found: Outcomes, genesisHash: Uint8Array): void {
  const raw = dataOf(resultOf(found.header));
  const named = hashOf(memberOf(resultOf(found.genesis), 'hash'));
  const theirs = raw !== undefined && raw.length > 0 ? keccak256(raw) : named;
  if (theirs === undefined) {
    if (!found.genesis.ok) throw found.genesis.error;
    throw new RpcError('rpc-answer-malformed', { detail: 'it has no genesis block' });
  }
  assertGenesis(theirs, genesisHash);
}

function dialectOf(found: Outcomes, genesisHash: Uint8Array, hasNotices: boolean): Dialect {
  const byHash = dataOf(resultOf(found.headerByHash));
  const accessLists = [found.accessList, found.otherAccessList].findIndex(isOffered);
  const isSubscribable = hasNotices && isOffered(found.subscription);
  return {
    headers: dataOf(resultOf(found.header)) !== undefined,
    blocks: isOffered(found.block),
    receipts: isOffered(found.receipts),
    accessLists: ACCESS_LIST_METHODS[accessLists],
    takesHashes: byHash !== undefined && equalBytes(keccak256(byHash), genesisHash),
    capabilities: isOffered(found.capabilities),
    pooledTransactions: isOffered(found.pooled),
    submission: isOffered(found.submission),
    pendingNotices: isSubscribable ? 'subscription' : isOffered(found.filter) ? 'filter' : undefined,
    headNotices: isSubscribable,
  };
}

/** Whether the client has the method: it gave a result, or refused only the arguments. */
function isOffered(outcome: RpcOutcome): boolean {
  return outcome.ok || (refusalOf(outcome.error) !== undefined && !isNotOffered(outcome.error));
}

function resultOf(outcome: RpcOutcome): unknown {
  return outcome.ok ? outcome.result : undefined;
}
