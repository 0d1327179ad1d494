/** Messages of the session's own codecs, as the schemas name their fields. */
import { ipToBytes } from '../../src-main/base/ip.ts';
import type { Endpoint, Message as V4Message } from '../../src-main/discovery/v4/messages.ts';
import type { V5Envelope } from '../../src-main/discovery/v5/messages.ts';
import type { EthMessage } from '../../src-main/eth/messages.ts';
import { bloomOf, encodeConsensusReceipt, receiptsIn, type Receipt } from '../../src-main/eth/receipts.ts';
import type { Status } from '../../src-main/eth/status.ts';
import type { EthVersion } from '../../src-main/eth/versions.ts';
import type { Hello } from '../../src-main/p2p/messages.ts';
import type { AckMessage, AuthMessage } from '../../src-main/rlpx/handshake.ts';
import type { SnapMessage } from '../../src-main/snap/messages.ts';
import { decodeMessage } from '../../src-main/wire/decode.ts';
import { record } from '../../src-main/wire/protocols/enr.ts';
import { blockAccessList } from '../../src-main/wire/protocols/eth/block-access-list.ts';
import { header } from '../../src-main/wire/protocols/eth/header.ts';
import { transaction } from '../../src-main/wire/protocols/eth/transaction.ts';
import type { Schema } from '../../src-main/wire/schema.ts';

/** The value of an encoded item, which the session's codec keeps encoded. */
function item<Value>(schema: Schema<Value>, bytes: Uint8Array): Value {
  const { value, fault } = decodeMessage(schema, 'item', { bytes, total: bytes.length });
  if (fault !== null || value === undefined) throw new Error(fault?.message ?? 'no value');
  return value;
}

function statusValue(status: Status): unknown {
  const { networkId, genesisHash, forkId } = status;
  const common = { version: BigInt(status.version), networkId, genesis: genesisHash, forkId };
  if (status.form === 'total-difficulty') {
    const { totalDifficulty, headHash } = status;
    return { ...common, totalDifficulty, headHash };
  }
  const { earliest, latest, latestHash } = status.range;
  return { ...common, earliestBlock: earliest, latestBlock: latest, latestBlockHash: latestHash };
}

const RECEIPT_OPTIONS = ['legacy', 'accessList', 'dynamicFee', 'blob', 'setCode'];

function receiptValue(version: EthVersion, receipt: Receipt): unknown {
  const { type, postStateOrStatus, cumulativeGas, logs } = receipt;
  if (version >= 69) return { type: BigInt(type), postStateOrStatus, cumulativeGas, logs };
  const option = RECEIPT_OPTIONS[type];
  if (option === undefined) return { option: 'other', value: encodeConsensusReceipt(receipt) };
  return { option, value: { postStateOrStatus, cumulativeGas, logsBloom: bloomOf(logs), logs } };
}

function accessListValue(list: Uint8Array | undefined): unknown {
  return list === undefined
    ? { option: 'unavailable', value: new Uint8Array(0) }
    : { option: 'list', value: item(blockAccessList, list) };
}

/** A message of eth. */
export function ethValue(version: EthVersion, message: Exclude<EthMessage, { name: 'NewBlock' }>): unknown {
  switch (message.name) {
    case 'Status':
      return statusValue(message.status);
    case 'NewBlockHashes':
      return message.blocks;
    case 'Transactions':
      return message.transactions.map((each) => item(transaction, each));
    case 'GetBlockHeaders': {
      const { start, limit, skip, reverse } = message.query;
      const startBlock =
        'hash' in start ? { option: 'hash', value: start.hash } : { option: 'number', value: start.number };
      return { requestId: message.requestId, query: { startBlock, limit, skip, reverse } };
    }
    case 'BlockHeaders':
      return { requestId: message.requestId, headers: message.headers.map((each) => item(header, each)) };
    case 'GetBlockBodies':
    case 'GetPooledTransactions':
    case 'GetBlockAccessLists':
      return { requestId: message.requestId, hashes: message.hashes };
    case 'GetReceipts': {
      const { requestId, firstIndex, hashes } = message;
      return { requestId, ...(version >= 70 ? { firstBlockReceiptIndex: firstIndex } : {}), hashes };
    }
    case 'BlockBodies':
      return {
        requestId: message.requestId,
        bodies: message.bodies.map(({ transactions, ommers, withdrawals }) => ({
          transactions: transactions.map((each) => item(transaction, each)),
          ommers: ommers.map((each) => item(header, each)),
          ...(withdrawals === undefined ? {} : { withdrawals: [] }),
        })),
      };
    case 'NewPooledTransactionHashes':
      return { types: message.types, sizes: message.sizes.map(BigInt), hashes: message.hashes };
    case 'PooledTransactions':
      return {
        requestId: message.requestId,
        transactions: message.transactions.map((each) => item(transaction, each)),
      };
    case 'Receipts':
      return {
        requestId: message.requestId,
        ...(version >= 70 ? { lastBlockIncomplete: message.lastIncomplete } : {}),
        receipts: message.blocks.map((block) => receiptsIn(block).map((each) => receiptValue(version, each))),
      };
    case 'BlockAccessLists':
      return { requestId: message.requestId, blockAccessLists: message.lists.map(accessListValue) };
    case 'BlockRangeUpdate': {
      const { earliest, latest, latestHash } = message.range;
      return { earliestBlock: earliest, latestBlock: latest, latestBlockHash: latestHash };
    }
  }
}

/** A message of snap/1; `account` reads an account in slim format. */
export function snapValue(message: SnapMessage, account: (body: Uint8Array) => unknown): unknown {
  switch (message.name) {
    case 'GetAccountRange': {
      const { requestId, root, start, limit, responseBytes } = message;
      return { requestId, rootHash: root, startingHash: start, limitHash: limit, responseBytes };
    }
    case 'AccountRange': {
      const { requestId, accounts, proof } = message;
      return {
        requestId,
        accounts: accounts.map(({ hash, body }) => ({ accHash: hash, accBody: account(body) })),
        proof,
      };
    }
    case 'GetStorageRanges': {
      const { requestId, root, accounts, start, limit, responseBytes } = message;
      const bounds = { startingHash: start, limitHash: limit };
      return { requestId, rootHash: root, accountHashes: accounts, ...bounds, responseBytes };
    }
    case 'GetTrieNodes': {
      const { requestId, root, paths, responseBytes } = message;
      return { requestId, rootHash: root, paths, bytes: responseBytes };
    }
    case 'StorageRanges': {
      const { requestId, slots, proof } = message;
      const named = slots.map((each) => each.map(({ hash, data }) => ({ slotHash: hash, slotData: data })));
      return { requestId, slots: named, proof };
    }
    case 'GetByteCodes': {
      const { requestId, hashes, responseBytes } = message;
      return { requestId, hashes, bytes: responseBytes };
    }
    case 'ByteCodes':
    case 'TrieNodes': {
      const { name: _, ...fields } = message;
      return fields;
    }
  }
}

function endpointValue({ ip, udp, tcp }: Endpoint): unknown {
  return { ip: ip === undefined ? new Uint8Array(0) : ipToBytes(ip), udp: BigInt(udp), tcp: BigInt(tcp) };
}

function seqValue(enrSeq: bigint | undefined): { enrSeq?: bigint } {
  return enrSeq === undefined ? {} : { enrSeq };
}

/** A message of discovery v4. */
export function v4Value(message: V4Message): unknown {
  switch (message.type) {
    case 'ping':
      return {
        version: BigInt(message.version),
        from: endpointValue(message.from),
        to: endpointValue(message.to),
        expiration: BigInt(message.expiration),
        ...seqValue(message.enrSeq),
      };
    case 'pong': {
      const { pingHash, expiration, enrSeq } = message;
      return {
        to: endpointValue(message.to),
        pingHash,
        expiration: BigInt(expiration),
        ...seqValue(enrSeq),
      };
    }
    case 'findnode':
      return { target: message.target, expiration: BigInt(message.expiration) };
    case 'neighbors': {
      const nodes = message.nodes.map((node) => ({
        ...(endpointValue(node) as object),
        publicKey: node.publicKey,
      }));
      return { nodes, expiration: BigInt(message.expiration) };
    }
    case 'enrrequest':
      return { expiration: BigInt(message.expiration) };
    case 'enrresponse':
      return { requestHash: message.requestHash, record: item(record, message.record) };
  }
}

/** A message of discovery v5. */
export function v5Value({ requestId, message }: V5Envelope): unknown {
  switch (message.type) {
    case 'ping':
      return { requestId, enrSeq: message.enrSeq };
    case 'pong': {
      const { enrSeq, ip, port } = message;
      return { requestId, enrSeq, recipientIp: ipToBytes(ip), recipientPort: BigInt(port) };
    }
    case 'findnode':
      return { requestId, distances: message.distances.map(BigInt) };
    case 'nodes': {
      const records = message.records.map((each) => item(record, each));
      return { requestId, total: BigInt(message.total), records };
    }
    case 'talkreq':
      return { requestId, protocol: message.protocol, request: message.payload };
    case 'talkresp':
      return { requestId, response: message.payload };
  }
}

/** A Hello. */
export function helloValue(hello: Hello): unknown {
  return {
    protocolVersion: BigInt(hello.p2pVersion),
    clientId: hello.clientName,
    capabilities: hello.capabilities.map(({ name, version }) => ({ name, version: BigInt(version) })),
    listenPort: BigInt(hello.listenPort),
    nodeKey: hello.publicKey,
  };
}

/** auth or ack. */
export function handshakeValue<Packet extends AuthMessage | AckMessage>(packet: Packet): unknown {
  return { ...packet, version: BigInt(packet.version) };
}
