import { afterEach } from 'vitest';
import { P2pNode, type P2pNodeOptions } from './p2p-node.ts';

/** The P2P nodes of one test. */
export interface Started {
  node(options?: P2pNodeOptions): Promise<P2pNode>;
  /** Calls `end` after the test, before the nodes are stopped. */
  atEnd(end: () => unknown): void;
}

/** Stops the nodes after each test of the file. */
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
