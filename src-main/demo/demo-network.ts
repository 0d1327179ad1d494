import { join } from 'node:path';
import { describeError } from '../base/errors.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { forkIdAt } from '../chain/fork-id.ts';
import { wallClockPosition } from '../chain/head.ts';
import { ethEntry, signEnr, type Enr } from '../node-record/enr.ts';
import { enodeUrlOf } from '../node-record/node-factory.ts';
import type { Node } from '../node-record/node.ts';
import type { RpcSockets } from '../sentry/rpc-channel.ts';
import type { RpcEndpoint } from '../sentry/rpc-endpoint.ts';
import { replaceFile } from '../store/replace-file.ts';
import { DemoChain } from './chain.ts';
import { startDemoNode, type DemoNode, type DemoShared } from './demo-node.ts';
import { DemoExecutionClient } from './execution-client.ts';
import { demoKey } from './identity.ts';
import { nearestTo, neighboursOf } from './neighbours.ts';
import { DEMO_CHAIN } from './network.ts';
import { createNodeList, type DemoNodeList } from './node-list.ts';
import { startPassiveNode, type PassiveNode } from './passive-node.ts';
import { isOtherChain, PASSIVE_ROLES } from './passive-roster.ts';
import { PASSIVE_PREFIX, placesOf, PORT_RANGES, startAtFirstFree, type PortPlan } from './places.ts';
import { DemoPool } from './pool.ts';
import { DEMO_ROLES } from './roster.ts';
import { SHOWN_CAUSES } from './shown-causes.ts';
import { startPayments } from './wallets.ts';

/** The first port to try. Not geth's, so that a node can run on the same machine. */
const FIRST_PORT = 31_303;
/** The last number of the first address: our node has 127.0.0.1. */
const FIRST_HOST = 11;

/** The ports of the demo nodes, and after them those of the passive nodes. */
const PORTS: PortPlan = { firstPort: FIRST_PORT, count: DEMO_ROLES.length };
const PASSIVE_PORTS: PortPlan = {
  firstPort: FIRST_PORT + PORT_RANGES * DEMO_ROLES.length,
  count: PASSIVE_ROLES.length,
};
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

/** The client of the demo has no address of the network. */
const unreachable = (): never => {
  throw new TypeError('The client of the demo is in this process');
};

/**
 * A private network in this process: nodes made of the same parts as our node, on loopback addresses, with real sockets
 * and handshakes. They have their own network ID and genesis, and contact loopback addresses only.
 */
export class DemoNetwork {
  readonly #surroundings: DemoSurroundings;
  readonly #scope: Scope;
  readonly #chain = new DemoChain();
  readonly #client = new DemoExecutionClient(this.#chain);
  readonly #nodes: DemoNode[] = [];
  readonly #passive: PassiveNode[] = [];
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

  /** The execution client of our node. */
  get client(): { readonly endpoint: RpcEndpoint; readonly sockets: RpcSockets } {
    const { endpoint, connect } = this.#client;
    return { endpoint, sockets: { http: unreachable, webSocket: unreachable, local: connect } };
  }

  async start(): Promise<void> {
    const { clock, random, logger } = this.#surroundings;
    const chain = this.#chain;
    const shared: DemoShared = {
      ...{ clock, random, logger, chain },
      isOurs: (idHex) => idHex === this.#ourIdHex,
    };
    try {
      await this.#startPassive(shared);
      await this.#startNodes(shared);
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#startChain();
    const seconds = BigInt(Math.floor(clock.now() / 1_000));
    this.#list = createNodeList([...this.#listed(), this.#withoutAddress(seconds)], seconds);
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

  /** Lets the chain grow, and wallets send payments to nodes that our node has a session with. */
  #startChain(): void {
    const { clock, random } = this.#surroundings;
    const [chain, scope, pool] = [this.#chain, this.#scope, new DemoPool(this.#chain)];
    chain.grow(clock, scope, () => pool.list());
    startPayments({
      ...{ chain, pool, random, scope },
      send: (payment) => {
        const connected = this.#nodes.filter(({ gossip }) => gossip.isConnected);
        const first = random.below(Math.max(1, connected.length));
        const second = random.below(Math.max(1, connected.length));
        for (const [at, { role, gossip }] of connected.entries())
          if (role.busy || at === first || at === second) gossip.add(payment);
      },
    });
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

  /** Starts the nodes that only answer. Each knows the nearest of its kind. */
  async #startPassive(shared: DemoShared): Promise<void> {
    const starts = PASSIVE_ROLES.map((role, index) => {
      const places = placesOf(`${PASSIVE_PREFIX}${String(1 + index)}`, index, PASSIVE_PORTS);
      return startAtFirstFree(places, (place) => startPassiveNode(role, place, shared));
    });
    const failures: unknown[] = [];
    for (const start of await Promise.allSettled(starts)) {
      if (start.status === 'fulfilled') this.#passive.push(start.value);
      else failures.push(start.reason);
    }
    if (failures.length > 0) throw failures[0];
    const nodes = this.#passive.map(({ node }) => node);
    for (const passive of this.#passive) passive.knows(neighboursOf(passive.node, nodes));
  }

  /** Starts the nodes that are like ours. Each that runs discovery over IPv4 knows a passive node of another chain. */
  async #startNodes(shared: DemoShared): Promise<void> {
    const others = this.#passive.filter(({ role }) => isOtherChain(role)).map(({ node }) => node);
    for (const [index, role] of DEMO_ROLES.entries()) {
      const ip = role.family === 'ipv6' ? '::1' : `127.0.0.${String(FIRST_HOST + index)}`;
      const started = await startAtFirstFree(placesOf(ip, index, PORTS), (place) =>
        startDemoNode(role, place, this.bootnodes, shared),
      );
      this.#nodes.push(started);
      const nearest = nearestTo(started.node.id, others);
      if (role.family === 'ipv4' && started.node.udp !== 0 && nearest !== undefined) started.knows(nearest);
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
    await Promise.all([...this.#nodes, ...this.#passive].map((node) => node.stop()));
    this.#nodes.length = 0;
    this.#passive.length = 0;
  }

  /** Members and full nodes, including those that take no part in discovery: only the list has them. */
  #listed(): readonly Enr[] {
    return this.#nodes
      .filter(({ role }) => role.kind === 'member' || role.kind === 'full')
      .map(({ node }) => node.record)
      .filter((record) => record !== undefined);
  }

  /** A record of our network without an address. */
  #withoutAddress(seq: bigint): Enr {
    const { number, time } = wallClockPosition(DEMO_CHAIN, this.#surroundings.clock.now());
    const eth = ethEntry(forkIdAt(DEMO_CHAIN, number, time));
    return signEnr({ eth }, seq, demoKey(SHOWN_CAUSES['no-address']));
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
