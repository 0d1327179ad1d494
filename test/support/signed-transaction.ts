import { bytesToBigint, concatBytes, hexToBytes, to0x } from '../../src-main/base/bytes.ts';
import { keccak256 } from '../../src-main/base/keccak.ts';
import { encodeRlp, type RlpInput } from '../../src-main/base/rlp.ts';
import { sign } from '../../src-main/base/secp256k1.ts';
import type { Geth } from './geth.ts';

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
  const type = Uint8Array.of(2);
  const signature = sign(keccak256(type, encodeRlp(fields)), ACCOUNT.key);
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32, 64)].map(bytesToBigint);
  const encoded = concatBytes(type, encodeRlp([...fields, signature[64] ?? 0, r ?? 0n, s ?? 0n]));
  return geth.rpc<string>('eth_sendRawTransaction', to0x(encoded));
}
