import { afterEach } from 'vitest';
import { P2pNode, type P2pNodeOptions } from './p2p-node.ts';

/** What a test starts, and its end stops. */
export interface Started {
  node(options?: P2pNodeOptions): Promise<P2pNode>;
  /** Ends something else with the test, before the nodes. */
  atEnd(end: () => unknown): void;
}

/** Registers the stop of all that a test of this file starts. */
export function startedNodes(): Started {
  const nodes: P2pNode[] = [];
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await Promise.all(nodes.splice(0).map((node) => node.server.stop()));
  });
  return {
    async node(options = {}) {
      const node = new P2pNode(options);
      nodes.push(node);
      await node.server.start();
      return node;
    },
    atEnd(end) {
      ends.push(end);
    },
  };
}
