import { Child } from './child.ts';
import { eventually } from './eventually.ts';

/** One session in the answer of admin_peers. */
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

/** The answer of admin_nodeInfo. */
export interface NodeInfo {
  readonly id: string;
  readonly name: string;
  readonly enode: string;
  readonly enr: string;
  readonly ports: { readonly discovery: number; readonly listener: number };
}

/** The program of a node. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Resolves with the JSON-RPC call when the program answers; rejects when it ends before. */
  readonly ready: (child: Child) => Promise<Call>;
  /** Removes its files. */
  readonly cleanUp: () => Promise<void>;
}

type Call = <T>(method: string, params: readonly unknown[]) => Promise<T>;

/** A program that is running and answers. */
export interface Launched {
  readonly child: Child;
  readonly call: Call;
  readonly info: NodeInfo;
}

/** A node in a separate process with geth's JSON-RPC. It can be stopped and started again. */
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

  /** Starts the program for the first time; removes its files when it does not answer. */
  protected static async launch(program: Program): Promise<Launched> {
    try {
      return await NodeProcess.#run(program);
    } catch (error) {
      await program.cleanUp();
      throw error;
    }
  }

  /** Starts the program and waits until it answers; stops it when it does not. */
  static async #run(program: Program): Promise<Launched> {
    const child = new Child(program.name, program.command, program.args);
    try {
      const call = await program.ready(child);
      return { child, call, info: await call<NodeInfo>('admin_nodeInfo', []) };
    } catch (error) {
      await child.kill();
      throw error;
    }
  }

  /** The current process. */
  get child(): Child {
    return this.#child;
  }

  rpc<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return this.#call<T>(method, params);
  }

  /** Resolves with the session with a node when both have sent Status. */
  peer(id: string, timeoutMs = 60_000): Promise<PeerInfo> {
    return eventually(
      `${this.child.name} has a session with ${id.slice(0, 8)}`,
      async () => {
        const peers = await this.rpc<PeerInfo[]>('admin_peers');
        return peers.find((peer) => peer.id === id && typeof peer.protocols['eth'] === 'object');
      },
      { timeoutMs, child: this.child },
    );
  }

  /**
   * Starts the program again with the same files, key and ports; its process has been stopped.
   * @throws Error when it does not answer; then it can be tried again
   */
  async startAgain(): Promise<void> {
    await this.#child.exited;
    const { child, call } = await NodeProcess.#run(this.#program);
    this.#child = child;
    this.#call = call;
  }

  /** Stops the node as Ctrl-C does and removes its files. Returns the exit code. */
  async stop(): Promise<number | null> {
    const code = await this.#child.stop();
    await this.#program.cleanUp();
    return code;
  }
}
