import { hexToBytes, to0x } from '../../src-main/base/bytes.ts';
import type { RlpInput } from '../../src-main/base/rlp.ts';
import type { Geth } from './geth.ts';
import { signTyped } from './transactions.ts';

/** The key of an account that has ether in the genesis block of the testchain. */
const ACCOUNT = {
  address: '0x0c2c51a0990aee1d73c1228de158688341557508',
  key: hexToBytes('bfcd0e032489319f4e5ca03e643b2025db624be6cf99cbfed90c4502e3754850'),
};
const GWEI = 1_000_000_000n;

/** Signs a transaction with dynamic fees and gives it to geth. Returns its hash. */
export async function sendTransaction(geth: Geth, data: Uint8Array): Promise<string> {
  const [nonce, chainId] = await Promise.all([
    geth.rpc<string>('eth_getTransactionCount', ACCOUNT.address, 'pending'),
    geth.rpc<string>('eth_chainId'),
  ]);
  const fees: readonly RlpInput[] = [BigInt(chainId), BigInt(nonce), GWEI, 1_000n * GWEI, 1_000_000];
  const fields: readonly RlpInput[] = [...fees, new Uint8Array(20).fill(0x35), 1, data, []];
  return geth.rpc<string>('eth_sendRawTransaction', to0x(signTyped(2, fields, ACCOUNT.key)));
}
