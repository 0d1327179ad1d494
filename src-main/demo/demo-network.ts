import { join } from 'node:path';
import type { SocketAddress } from '../base/network.ts';
import { describeError } from '../base/errors.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { enodeUrlOf } from '../node-record/node-factory.ts';
import type { Enr } from '../node-record/enr.ts';
import type { Node } from '../node-record/node.ts';
import { replaceFile } from '../store/replace-file.ts';
import { startDemoNode, type DemoNode, type DemoShared } from './demo-node.ts';
import { createNodeList, type DemoNodeList } from './node-list.ts';
import { DEMO_ROLES, type DemoRole } from './roster.ts';

/** The first port to try. Not geth's, so that a node can run on the same machine. */
const FIRST_PORT = 31_303;

/** Demos that can run at the same time on fixed ports; further ones get any free ports. */
const PORT_RANGES = 8;
/** Number of demo nodes that are bootnodes of the others and of our node. */
const BOOTNODE_COUNT = 3;
/** Interval at which one peer disconnects from our node and connects again later, milliseconds. */
const ONE_DISCONNECT_INTERVAL_MS = 90_000;
/** Interval at which nodes with the behaviour `disconnects` do so, milliseconds. */
const DISCONNECT_INTERVAL_MS = 30_000;

/** File in the data folder with the nodes that discovery does not find. */
const HIDDEN_NODES_FILE = 'demo-nodes.txt';

/** Dependencies of the demo network. */
export interface DemoSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/**
 * A private network in this process: nodes made of the same parts as our node, on loopback addresses, with real sockets
 * and handshakes. They have their own network ID and genesis, and contact loopback addresses only.
 */
export class DemoNetwork {
  readonly #surroundings: DemoSurroundings;
  readonly #scope: Scope;
  readonly #nodes: DemoNode[] = [];
  #ourIdHex: string | undefined;
  #list: DemoNodeList | undefined;

  constructor(surroundings: DemoSurroundings) {
    this.#surroundings = surroundings;
    this.#scope = new Scope(surroundings.clock);
  }

  /** The bootnodes; valid after `start`. */
  get bootnodes(): readonly Node[] {
    return this.#nodes.slice(0, BOOTNODE_COUNT).map(({ node }) => node);
  }

  /** Nodes that take no part in discovery; a static entry is needed to dial them. */
  get hidden(): readonly Node[] {
    return this.#nodes.filter(({ role }) => role.kind === 'hidden').map(({ node }) => node);
  }

  /** The DNS node list of the demo; valid after `start`. */
  get list(): DemoNodeList | undefined {
    return this.#list;
  }

  async start(): Promise<void> {
    const { clock, random, logger } = this.#surroundings;
    const shared: DemoShared = {
      clock,
      random,
      logger,
      isOurs: (idHex) => idHex === this.#ourIdHex,
    };
    try {
      for (const [index, role] of DEMO_ROLES.entries()) {
        this.#nodes.push(await startDemoNode(role, endpointsOf(role, index), this.bootnodes, shared));
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#list = createNodeList(this.#listed(), BigInt(Math.floor(clock.now() / 1_000)));
    this.#scope.every(
      () => ONE_DISCONNECT_INTERVAL_MS,
      () => {
        this.#disconnectOne();
      },
    );
    this.#scope.every(
      () => DISCONNECT_INTERVAL_MS,
      () => {
        for (const node of this.#nodes)
          if (node.role.behaviour === 'disconnects') this.#disconnectFromUs(node);
      },
    );
  }

  /**
   * Gives the endpoint of our node to the demo nodes that dial it; called again when the endpoint has changed. For the
   * IPv6 nodes our node is the only bootnode, because no other node has both families.
   */
  meet(ours: Node, ours6: Node | undefined): void {
    this.#ourIdHex = ours.idHex;
    for (const { role, node, server, discovery } of this.#nodes) {
      const seen = node.ip?.includes(':') === true ? ours6 : ours;
      if (seen === undefined) continue;
      if (role.dialsUs) server.dialing.addStatic(seen);
      if (seen === ours6) void discovery.setBootnodes([seen]);
    }
  }

  /** Writes a file with the nodes that discovery does not find, so that the user can add them. */
  async describe(folder: string): Promise<void> {
    const lines = this.hidden.map((node) => `${enodeUrlOf(node)}\n`);
    const { logger } = this.#surroundings;
    for (const line of lines) logger.info('only a static entry reaches this node', { enode: line.trim() });
    try {
      await replaceFile(join(folder, HIDDEN_NODES_FILE), lines.join(''));
    } catch (error) {
      logger.warn(`${HIDDEN_NODES_FILE} was not written`, { reason: describeError(error) });
    }
  }

  async stop(): Promise<void> {
    this.#scope.close();
    await Promise.all(this.#nodes.map((node) => node.stop()));
    this.#nodes.length = 0;
  }

  /** Members and full nodes, including those that take no part in discovery: only the list has them. */
  #listed(): readonly Enr[] {
    return this.#nodes
      .filter(({ role }) => role.kind === 'member' || role.kind === 'full')
      .map(({ node }) => node.record)
      .filter((record) => record !== undefined);
  }

  #disconnectOne(): void {
    const ourIdHex = this.#ourIdHex;
    if (ourIdHex === undefined) return;
    const connected = this.#nodes.filter(
      ({ role, server }) => role.kind === 'member' && !role.dialsUs && server.peer(ourIdHex) !== undefined,
    );
    const chosen = connected[this.#surroundings.random.below(Math.max(1, connected.length))];
    if (chosen !== undefined) this.#disconnectFromUs(chosen);
  }

  #disconnectFromUs({ server }: DemoNode): void {
    if (this.#ourIdHex === undefined) return;
    void server.disconnect(this.#ourIdHex, 'client-quitting').catch(() => undefined);
  }
}

/** The endpoints to try: a separate address on systems with all of 127.0.0.0/8 (Linux, Windows), else a separate port. */
function endpointsOf(role: DemoRole, index: number): readonly SocketAddress[] {
  const shared = { ip: '127.0.0.1', port: 0 };
  const ip = role.family === 'ipv6' ? '::1' : `127.0.0.${String(11 + index)}`;
  // A fixed order, so that the endpoints of static entries stay valid after a restart.
  const endpoints = Array.from({ length: PORT_RANGES }, (_, range) => ({
    ip,
    port: FIRST_PORT + range * DEMO_ROLES.length + index,
  }));
  return [...endpoints, { ip, port: 0 }, shared];
}
