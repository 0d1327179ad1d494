/*
 * Three JSON-RPC clients with their defaults, in a separate process: node rpc-clients.mjs ADDRESS
 * ADDRESS is the URL of the node with its token; the last output line is JSON with the results of each client.
 */
import { JsonRpcProvider, WebSocketProvider } from 'ethers';
import { createPublicClient, http, webSocket } from 'viem';
import { Web3 } from 'web3';

const address = process.argv[2];
const socketAddress = address.replace(/^http/, 'ws');

/** @param {JsonRpcProvider | WebSocketProvider} provider */
async function byEthers(provider) {
  const network = await provider.getNetwork();
  const version = await provider.send('web3_clientVersion', []);
  await provider.destroy();
  return { chainId: String(network.chainId), version };
}

async function byViem(transport) {
  const client = createPublicClient({ transport });
  const chainId = await client.getChainId();
  const version = await client.request({ method: 'web3_clientVersion' });
  return { chainId: String(chainId), version };
}

async function byWeb3(url) {
  const web3 = new Web3(url);
  const [chainId, version, networkId, listening, peers, syncing] = [
    await web3.eth.getChainId(),
    await web3.eth.getNodeInfo(),
    await web3.eth.net.getId(),
    await web3.eth.net.isListening(),
    await web3.eth.net.getPeerCount(),
    await web3.eth.isSyncing(),
  ];
  return {
    chainId: String(chainId),
    version,
    networkId: String(networkId),
    listening,
    peers: String(peers),
    syncing,
  };
}

const results = {
  'ethers over HTTP': await byEthers(new JsonRpcProvider(address)),
  'ethers over WebSocket': await byEthers(new WebSocketProvider(socketAddress)),
  'viem over HTTP': await byViem(http(address)),
  'viem over WebSocket': await byViem(webSocket(socketAddress)),
  'web3.js over HTTP': await byWeb3(address),
  'web3.js over WebSocket': await byWeb3(socketAddress),
};
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));
