import { Child } from './child.ts';
import { eventually } from './eventually.ts';

/** One session as geth's admin_peers tells it. */
export interface PeerInfo {
  readonly enode: string;
  readonly id: string;
  readonly name: string;
  readonly caps: readonly string[];
  readonly network: {
    readonly localAddress: string;
    readonly remoteAddress: string;
    readonly inbound: boolean;
    readonly trusted: boolean;
    readonly static: boolean;
  };
  readonly protocols: Readonly<
    Record<string, { readonly version: number; readonly latestBlock?: number } | 'handshake' | undefined>
  >;
}

/** What admin_nodeInfo tells. */
export interface NodeInfo {
  readonly id: string;
  readonly name: string;
  readonly enode: string;
  readonly enr: string;
  readonly ports: { readonly discovery: number; readonly listener: number };
}

/** How a node's program is run. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Resolves when the program answers, with how to ask it. */
  readonly ready: (child: Child) => Promise<Call>;
  /** Removes what it leaves behind. */
  readonly cleanUp: () => Promise<void>;
}

type Call = <T>(method: string, params: readonly unknown[]) => Promise<T>;

/** A program that answers. */
export interface Launched {
  readonly child: Child;
  readonly call: Call;
  readonly info: NodeInfo;
}

/** A node that runs as a process of its own and answers geth's JSON-RPC. It may be ended and started again. */
export class NodeProcess {
  readonly info: NodeInfo;
  readonly #program: Program;
  #child: Child;
  #call: Call;

  protected constructor(program: Program, running: Launched) {
    this.#program = program;
    this.#child = running.child;
    this.#call = running.call;
    this.info = running.info;
  }

  /** Starts the program and waits until it answers; nothing is left behind when it does not. */
  protected static async launch(program: Program): Promise<Launched> {
    const child = new Child(program.name, program.command, program.args);
    try {
      const call = await program.ready(child);
      return { child, call, info: await call<NodeInfo>('admin_nodeInfo', []) };
    } catch (error) {
      await child.kill();
      await program.cleanUp();
      throw child.failure(`does not answer (${String(error)})`);
    }
  }

  /** The process at present. */
  get child(): Child {
    return this.#child;
  }

  rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return this.#call<T>(method, params);
  }

  /** The session with a node of this id, once there is one on which both sent their Status. */
  peer(id: string, timeoutMs = 60_000): Promise<PeerInfo> {
    return eventually(
      `${this.child.name} has a session with ${id.slice(0, 8)}`,
      async () => {
        const peers = await this.rpc<PeerInfo[]>('admin_peers');
        return peers.find((peer) => peer.id === id && typeof peer.protocols['eth'] === 'object');
      },
      { timeoutMs },
    );
  }

  /** Starts the program again after its process has ended, with the same key and at the same ports. */
  async startAgain(): Promise<void> {
    await this.#child.exited;
    const { child, call } = await NodeProcess.launch(this.#program);
    this.#child = child;
    this.#call = call;
  }

  /** Ends the node as Ctrl-C does and removes what it leaves. Returns its exit code. */
  async stop(): Promise<number | null> {
    const code = await this.#child.stop();
    await this.#program.cleanUp();
    return code;
  }
}
