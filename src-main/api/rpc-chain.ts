import { z } from 'zod';
import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError } from './json-rpc.ts';
import { method, param, text, type NamedMethods } from './rpc-method.ts';

/*
 * The methods that clients call first: ethers and viem call eth_chainId, web3.js and web3.py call all of these. Shapes are
 * go-ethereum's (internal/ethapi/api.go, node/api.go). This node synchronises no chain.
 */

/** A quantity of the Ethereum JSON-RPC: hex without leading zeros. */
const quantity = z.string().regex(/^0x(?:0|[1-9a-f][0-9a-f]*)$/);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const data = text.superRefine((value, context) => {
  const problem = problemOf(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** Creates the `eth_`, `net_` and `web3_` methods. They change nothing and reveal only the network and the client name. */
export function chainMethods(backend: ApiBackend): NamedMethods {
  return [
    [
      'eth_chainId',
      method('The chain ID', [], quantity, () => quantityOf(BigInt(backend.status().network.chainId))),
    ],
    // geth returns false for a node that does not sync; this node never syncs.
    [
      'eth_syncing',
      method('Always false: this node synchronises no chain', [], z.literal(false), () => false),
    ],
    [
      'eth_protocolVersion',
      method('The highest offered version of eth', [], quantity, () =>
        protocolVersion(backend.status().capabilities),
      ),
    ],
    [
      'net_version',
      method('The network ID, decimal', [], z.string(), () => backend.status().network.networkId),
    ],
    [
      'net_peerCount',
      method('The number of sessions', [], quantity, () => quantityOf(BigInt(backend.status().peers.total))),
    ],
    [
      'net_listening',
      method('Whether the node accepts connections', [], z.boolean(), () =>
        backend.status().listening.some(({ protocol }) => protocol === 'tcp'),
      ),
    ],
    ['web3_clientVersion', method('The client name', [], z.string(), () => backend.status().clientName)],
    [
      'web3_sha3',
      method(
        'Keccak-256 of bytes',
        [param('data', data)],
        hash,
        (bytes) => `0x${bytesToHex(keccak256(hexToBytes(bytes.slice(2))))}`,
      ),
    ],
  ];
}

/** Returns the highest offered eth version. geth removed this method in 1.10; reth has it. */
function protocolVersion(capabilities: readonly string[]): string {
  const versions = capabilities
    .filter((capability) => capability.startsWith('eth/'))
    .map((capability) => BigInt(capability.slice('eth/'.length)));
  const [highest] = versions.sort((a, b) => Number(b - a));
  if (highest === undefined) throw new RpcError(RPC_CODES.failed, 'no version of eth is offered');
  return quantityOf(highest);
}

/** What is wrong with hex bytes, in geth's words. */
function problemOf(value: string): string | undefined {
  if (!/^0x/i.test(value)) return 'is a hex string without 0x prefix';
  if (value.length % 2 === 1) return 'is a hex string of odd length';
  return /^0x[0-9a-f]*$/i.test(value) ? undefined : 'is an invalid hex string';
}

const quantityOf = (value: bigint): string => `0x${value.toString(16)}`;
