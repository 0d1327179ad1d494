import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import { keccak256 } from '../base/keccak.ts';
import type { ApiBackend } from './backend.ts';
import { RPC_CODES, RpcError, type RpcMethod } from './json-rpc.ts';
import { assertCount, textAt } from './rpc-arguments.ts';

/*
 * The methods that clients call first: ethers and viem call eth_chainId, web3.js and web3.py call all of these. Shapes are
 * go-ethereum's (internal/ethapi/api.go, node/api.go). This node has no chain.
 */

/** Creates the `eth_`, `net_` and `web3_` methods. They change nothing and reveal only the network and the client name. */
export function chainMethods(backend: ApiBackend): readonly (readonly [string, RpcMethod])[] {
  return [
    ['eth_chainId', withoutArguments(() => quantity(BigInt(backend.status().network.chainId)))],
    // geth returns false for a node that does not sync; this node never syncs.
    ['eth_syncing', withoutArguments(() => false)],
    ['eth_protocolVersion', withoutArguments(() => protocolVersion(backend.status().capabilities))],
    ['net_version', withoutArguments(() => backend.status().network.networkId)],
    ['net_peerCount', withoutArguments(() => quantity(BigInt(backend.status().peers.total)))],
    [
      'net_listening',
      withoutArguments(() => backend.status().listening.some(({ protocol }) => protocol === 'tcp')),
    ],
    ['web3_clientVersion', withoutArguments(() => backend.status().clientName)],
    ['web3_sha3', sha3],
  ];
}

const withoutArguments =
  (read: () => unknown): RpcMethod =>
  (params) => {
    assertCount(params, 0);
    return read();
  };

/** Returns the highest offered eth version. geth removed this method in 1.10; reth has it. */
function protocolVersion(capabilities: readonly string[]): string {
  const versions = capabilities
    .filter((capability) => capability.startsWith('eth/'))
    .map((capability) => BigInt(capability.slice('eth/'.length)));
  const [highest] = versions.sort((a, b) => Number(b - a));
  if (highest === undefined) throw new RpcError(RPC_CODES.failed, 'no version of eth is offered');
  return quantity(highest);
}

/** Returns keccak-256 of hex bytes. */
function sha3(params: readonly unknown[]): string {
  const text = textAt(params, 0);
  assertCount(params, 1);
  return `0x${bytesToHex(keccak256(dataOf(text)))}`;
}

function dataOf(text: string): Uint8Array {
  const problem = !/^0x/i.test(text)
    ? 'hex string without 0x prefix'
    : text.length % 2 === 1
      ? 'hex string of odd length'
      : !/^0x[0-9a-f]*$/i.test(text)
        ? 'invalid hex string'
        : undefined;
  if (problem !== undefined) throw new RpcError(RPC_CODES.invalidParams, `invalid argument 0: ${problem}`);
  return hexToBytes(text.slice(2));
}

/** Formats a quantity of the Ethereum JSON-RPC: hex without leading zeros. */
const quantity = (value: bigint): string => `0x${value.toString(16)}`;
