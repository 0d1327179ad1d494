/** The oldest block that a client serves whole: old history may be pruned (EIP-4444). */
import type { Dialect } from './dialect.ts';
import type { RpcClient } from './rpc-client.ts';
import { refusalOf } from './rpc-message.ts';
import { dataOf, memberOf, quantityOf, quantityText } from './rpc-values.ts';

/**
 * The number of the oldest block with body and receipts, as the client says, else by a search: 0 where it has block 1. The
 * search takes up to 64 calls, one at a time; it assumes that all blocks from the oldest one to the head are there.
 * @param latest number of the head
 * @throws RpcError, NetworkError when the connection fails
 */
export async function findOldestBlock(client: RpcClient, dialect: Dialect, latest: bigint): Promise<bigint> {
  if (!dialect.blocks) return latest;
  const told = dialect.capabilities ? await toldOldest(client) : undefined;
  if (told !== undefined && told <= latest) return told;
  if (latest === 0n || (await hasBlock(client, 1n))) return 0n;
  let missing = 1n;
  let present = latest;
  while (present - missing > 1n) {
    const middle = (present + missing) / 2n;
    if (await hasBlock(client, middle)) present = middle;
    else missing = middle;
  }
  return present;
}

/** Whether the client has the body of a block. @throws RpcError, NetworkError when the connection fails */
export async function hasBlock(client: RpcClient, number: bigint): Promise<boolean> {
  const [outcome] = await client.callAll('own', [
    { method: 'debug_getRawBlock', params: [quantityText(number)] },
  ]);
  if (outcome === undefined) return false;
  if (outcome.ok) return (dataOf(outcome.result)?.length ?? 0) > 0;
  if (refusalOf(outcome.error) === undefined) throw outcome.error;
  return false;
}

/** The later one of the oldest block and the oldest receipts in the answer to eth_capabilities; undefined where it has none. */
async function toldOldest(client: RpcClient): Promise<bigint | undefined> {
  const [outcome] = await client.callAll('own', [{ method: 'eth_capabilities', params: [] }]);
  if (outcome === undefined) return undefined;
  if (!outcome.ok) {
    if (refusalOf(outcome.error) === undefined) throw outcome.error;
    return undefined;
  }
  const blocks = quantityOf(memberOf(outcome.result, 'blocks', 'oldestBlock'));
  const receipts = quantityOf(memberOf(outcome.result, 'receipts', 'oldestBlock')) ?? blocks;
  if (blocks === undefined || receipts === undefined) return undefined;
  return blocks > receipts ? blocks : receipts;
}
