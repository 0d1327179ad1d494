import { Discv5, type IDiscv5CreateOptions } from '@chainsafe/discv5';
import { ENR, SignableENR } from '@chainsafe/enr';
import { generatePrivateKey, publicKeyOf } from '../../src-main/base/secp256k1.ts';
import { systemRandom } from '../../src-main/base/system-runtime.ts';
import { bytesToHex } from '../../src-main/base/bytes.ts';
import { enrFromText, enrToText } from '../../src-main/node-record/enr.ts';
import { nodeFromRecord } from '../../src-main/node-record/node-factory.ts';
import { nodeIdOf } from '../../src-main/node-record/node-id.ts';
import type { Node } from '../../src-main/node-record/node.ts';
import { freePort } from './loopback-ports.ts';

const LOOPBACK = '127.0.0.1';

/** A node of @chainsafe/discv5 on loopback. */
export class ChainsafeNode {
  readonly discv5: Discv5;
  readonly idHex: string;

  private constructor(discv5: Discv5, idHex: string) {
    this.discv5 = discv5;
    this.idHex = idHex;
  }

  static async start(): Promise<ChainsafeNode> {
    const raw = generatePrivateKey(systemRandom);
    const enr = SignableENR.createV4(raw);
    enr.ip = LOOPBACK;
    enr.udp = await freePort();
    const ip4 = enr.getLocationMultiaddr('udp');
    if (ip4 === undefined) throw new Error('a record with address and port has a multiaddress');
    // Only these two fields of a libp2p key are read.
    const privateKey = { type: 'secp256k1', raw } as IDiscv5CreateOptions['privateKey'];
    // Its lookup ends only by this timeout when a packet is lost; the default is a minute.
    const config = { enrUpdate: false, lookupTimeout: 5_000 };
    const discv5 = Discv5.create({ enr, privateKey, bindAddrs: { ip4 }, config });
    await discv5.start();
    return new ChainsafeNode(discv5, bytesToHex(nodeIdOf(publicKeyOf(raw))));
  }

  /** The node as our nodes address it. */
  get node(): Node {
    return nodeFromRecord(enrFromText(this.discv5.enr.encodeTxt()));
  }

  stop(): Promise<void> {
    return this.discv5.stop();
  }
}

/** One of our nodes as @chainsafe/discv5 addresses it. */
export function chainsafeRecord({ record }: Node): ENR {
  if (record === undefined) throw new Error('the node has no record');
  return ENR.decodeTxt(enrToText(record));
}
