import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RLP } from '@ethereumjs/rlp';
import type { Geth } from './geth.ts';

const testchain = resolve(import.meta.dirname, '../vectors/testchain');
const ZERO_HASH = `0x${'00'.repeat(32)}`;

/**
 * Makes a geth sync to the testchain's head as a consensus client does: it gets only the head block and must request all
 * earlier blocks from its peers.
 * @see https://github.com/ethereum/execution-apis/blob/main/src/engine/prague.md
 */
export async function syncToHead(geth: Geth): Promise<void> {
  const head = JSON.parse(await readFile(join(testchain, 'headblock.json'), 'utf8')) as Record<
    string,
    string
  >;
  const payload = {
    parentHash: head['parentHash'],
    feeRecipient: head['miner'],
    stateRoot: head['stateRoot'],
    receiptsRoot: head['receiptsRoot'],
    logsBloom: head['logsBloom'],
    prevRandao: head['mixHash'],
    blockNumber: head['number'],
    gasLimit: head['gasLimit'],
    gasUsed: head['gasUsed'],
    timestamp: head['timestamp'],
    extraData: head['extraData'],
    baseFeePerGas: head['baseFeePerGas'],
    blockHash: head['hash'],
    ...(await bodyOfHead()),
    blobGasUsed: head['blobGasUsed'],
    excessBlobGas: head['excessBlobGas'],
  };
  const engine = await engineOf(geth);
  await engine('engine_newPayloadV4', [payload, [], head['parentBeaconBlockRoot'], []]);
  const state = {
    headBlockHash: head['hash'],
    safeBlockHash: ZERO_HASH,
    finalizedBlockHash: ZERO_HASH,
  };
  await engine('engine_forkchoiceUpdatedV3', [state, null]);
}

/** The parts of the chain's last block that are not in its header. */
async function bodyOfHead(): Promise<{ transactions: string[]; withdrawals: object[] }> {
  let rest: Uint8Array = await readFile(join(testchain, 'chain.rlp'));
  let last: unknown;
  while (rest.length > 0) {
    const { data, remainder } = RLP.decode(rest, true);
    last = data;
    rest = remainder;
  }
  type Item = Uint8Array | Uint8Array[];
  const [, transactions = [], , withdrawals = []] = last as readonly (readonly Item[])[];
  return {
    transactions: transactions.map((item) => hexOf(item instanceof Uint8Array ? item : RLP.encode(item))),
    withdrawals: withdrawals.map((item) => {
      const [index, validatorIndex, address = new Uint8Array(20), amount] = item as Uint8Array[];
      return {
        index: quantityOf(index),
        validatorIndex: quantityOf(validatorIndex),
        address: hexOf(address),
        amount: quantityOf(amount),
      };
    }),
  };
}

const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;
const quantityOf = (bytes: Uint8Array = new Uint8Array(0)): string =>
  `0x${BigInt(`0x0${Buffer.from(bytes).toString('hex')}`).toString(16)}`;

/** Calls of the Engine API, each with a new token. */
async function engineOf(
  geth: Geth,
): Promise<(method: string, params: readonly unknown[]) => Promise<unknown>> {
  const secret = await readFile(join(geth.dataFolder, 'geth', 'jwtsecret'), 'utf8');
  const key = Buffer.from(secret.trim().replace(/^0x/, ''), 'hex');
  return async (method, params) => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iat: Math.floor(Date.now() / 1000) })}`;
    const token = `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
    const response = await fetch(geth.engineUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
}
