import { ApiError } from '../api/api-error.ts';
import type { Discv5Control, DiscoveryPong } from '../api/discv5-control.ts';
import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import type { DiscoveryEngine } from '../discovery/engine.ts';
import type { V5Transport } from '../discovery/v5/transport.ts';
import { enrToText, type Enr } from '../node-record/enr.ts';
import type { Node } from '../node-record/node.ts';
import type { DiscoveryController } from './discovery-control.ts';
import type { CurrentNode } from './running-node.ts';

/** Constructor arguments of Discv5Controller. */
export interface Discv5ControlParts {
  readonly current: CurrentNode;
  /** Finds the nodes that are named. */
  readonly discovery: Pick<DiscoveryController, 'known' | 'nodeOf'>;
  /** Our node ID, 64 hex digits. */
  readonly selfIdHex: string;
}

/** Discovery v5 of the running node, for the methods of the portal network. */
export class Discv5Controller implements Discv5Control {
  readonly #parts: Discv5ControlParts;

  constructor(parts: Discv5ControlParts) {
    this.#parts = parts;
  }

  recordOf(idHex: string): string | null {
    return recordText(this.#parts.discovery.known(idHex));
  }

  async findRecord(idHex: string): Promise<string | null> {
    const engine = this.#engine();
    const known = this.#parts.discovery.known(idHex);
    const found = await engine.find(hexToBytes(idHex));
    return recordText(found === undefined || (known !== undefined && known.seq > found.seq) ? known : found);
  }

  add(record: Enr): boolean {
    const engine = this.#engine();
    if (bytesToHex(record.nodeId) === this.#parts.selfIdHex)
      throw new ApiError('invalid-node', 'This is the record of this node.', 'enr');
    return engine.offer(record);
  }

  remove(idHex: string): boolean {
    return this.#engine().table.forget(idHex, hexToBytes(idHex));
  }

  async ping(node: string): Promise<DiscoveryPong> {
    const { transport } = this.#engine();
    const { enrSeq, ip, port } = await transport.pong(this.#parts.discovery.nodeOf(node.trim()));
    return { enrSeq, ip, port };
  }

  async findNodes(node: string, distances: readonly number[]): Promise<readonly string[]> {
    const { transport } = this.#engine();
    return recordsOf(await transport.findnodeAt(this.#parts.discovery.nodeOf(node.trim()), distances));
  }

  async nearest(idHex: string): Promise<readonly string[]> {
    return recordsOf(await this.#engine().nearest(hexToBytes(idHex)));
  }

  /** @throws ApiError `not-running` */
  #engine(): DiscoveryEngine<V5Transport> {
    const v5 = this.#parts.current.node?.discovery?.v5;
    if (v5 === undefined) throw new ApiError('not-running', 'Discovery v5 is not running.');
    return v5;
  }
}

const recordText = (node: Node | undefined): string | null =>
  node?.record === undefined ? null : enrToText(node.record);

const recordsOf = (nodes: readonly Node[]): string[] =>
  nodes.map(recordText).filter((record) => record !== null);
