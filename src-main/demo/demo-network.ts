import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SocketAddress } from '../base/network.ts';
import { describeError } from '../base/errors.ts';
import { Scope } from '../base/lifecycle.ts';
import type { Clock, Logger, Random } from '../base/runtime.ts';
import { enodeUrlOf } from '../node-record/node-factory.ts';
import type { Enr } from '../node-record/enr.ts';
import type { Node } from '../node-record/node.ts';
import { startDemoNode, type DemoNode, type DemoWorld } from './demo-node.ts';
import { createNodeList, type DemoNodeList } from './node-list.ts';
import { DEMO_ROLES, type DemoRole } from './roster.ts';

/** The first port that is tried; another one where it is taken. Not geth's, so that a node can run beside the demo. */
const FIRST_PORT = 31_303;

/** Demos that run beside each other on ports that are the same each time; one more gets any ports. */
const PORT_RANGES = 8;
/** How many of the nodes the others, and ours, start from. */
const BOOTNODES = 3;
/** How often one peer leaves us and comes back later, so that there is something to see. */
const LEAVE_MS = 90_000;
/** How often those leave that never stay. */
const RESTLESS_MS = 30_000;

/** A file in the data folder with the nodes that discovery does not find. */
const HIDDEN_NODES_FILE = 'demo-nodes.txt';

/** What the demo needs. */
export interface DemoSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly clientName: (tree: string) => string;
}

/**
 * A private network in this process: nodes made of the same parts as ours, on loopback addresses, with real sockets and
 * handshakes. They have a network of their own, and speak to no address but loopback.
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

  /** The nodes to start from; valid after `start`. */
  get bootnodes(): readonly Node[] {
    return this.#nodes.slice(0, BOOTNODES).map(({ node }) => node);
  }

  /** Nodes that take no part in discovery: a static entry reaches them. */
  get hidden(): readonly Node[] {
    return this.#nodes.filter(({ role }) => role.kind === 'hidden').map(({ node }) => node);
  }

  /** The list of those that a list may have; valid after `start`. */
  get list(): DemoNodeList | undefined {
    return this.#list;
  }

  async start(): Promise<void> {
    const { clock, random, logger, clientName } = this.#surroundings;
    const world: DemoWorld = {
      clock,
      random,
      logger,
      clientName,
      isOurs: (idHex) => idHex === this.#ourIdHex,
    };
    try {
      for (const [index, role] of DEMO_ROLES.entries()) {
        this.#nodes.push(await startDemoNode(role, placesOf(role, index), this.bootnodes, world));
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#list = createNodeList(this.#listed(), BigInt(Math.floor(clock.now() / 1_000)));
    this.#scope.every(
      () => LEAVE_MS,
      () => {
        this.#letOneLeave();
      },
    );
    this.#scope.every(
      () => RESTLESS_MS,
      () => {
        for (const node of this.#nodes) if (node.role.manner === 'restless') this.#leave(node);
      },
    );
  }

  /**
   * Makes our node known to those that keep a connection to it, once it is there to be dialled; again when it is there
   * at another address. Those of IPv6 know no other: of the two families our node alone speaks both.
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

  /** Writes down the nodes that discovery does not find, so that they can be added by hand. */
  async describe(folder: string): Promise<void> {
    const lines = this.hidden.map((node) => `${enodeUrlOf(node)}\n`);
    const { logger } = this.#surroundings;
    for (const line of lines) logger.info('a node that only a static entry reaches', { enode: line.trim() });
    try {
      await writeFile(join(folder, HIDDEN_NODES_FILE), lines.join(''));
    } catch (error) {
      logger.warn(`${HIDDEN_NODES_FILE} was not written`, { reason: describeError(error) });
    }
  }

  async stop(): Promise<void> {
    this.#scope.close();
    await Promise.all(this.#nodes.map((node) => node.stop()));
    this.#nodes.length = 0;
  }

  /** Members and nodes that are full, also those that take no part in discovery: the list alone has them. */
  #listed(): readonly Enr[] {
    return this.#nodes
      .filter(({ role }) => role.kind === 'member' || role.kind === 'full')
      .map(({ node }) => node.record)
      .filter((record) => record !== undefined);
  }

  #letOneLeave(): void {
    const ourIdHex = this.#ourIdHex;
    if (ourIdHex === undefined) return;
    const connected = this.#nodes.filter(
      ({ role, server }) => role.kind === 'member' && !role.dialsUs && server.peer(ourIdHex) !== undefined,
    );
    const leaver = connected[this.#surroundings.random.below(Math.max(1, connected.length))];
    if (leaver !== undefined) this.#leave(leaver);
  }

  #leave({ server }: DemoNode): void {
    if (this.#ourIdHex === undefined) return;
    void server.disconnect(this.#ourIdHex, 'client-quitting').catch(() => undefined);
  }
}

/** An address of its own where the system has all of 127.0.0.0/8, as Linux and Windows do; a port of its own elsewhere. */
function placesOf(role: DemoRole, index: number): readonly SocketAddress[] {
  const shared = { ip: '127.0.0.1', port: 0 };
  const ip = role.family === 'ipv6' ? '::1' : `127.0.0.${String(11 + index)}`;
  // A fixed order, so that after a restart beside another demo the nodes are where static entries look for them.
  const places = Array.from({ length: PORT_RANGES }, (_, range) => ({
    ip,
    port: FIRST_PORT + range * DEMO_ROLES.length + index,
  }));
  return [...places, { ip, port: 0 }, shared];
}
