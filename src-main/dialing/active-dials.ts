/** The dials in progress: each can be aborted and awaited. */
import type { EndCause } from '../events/events.ts';
import type { Node } from '../node-record/node.ts';
import type { DialKind } from './dial-policy.ts';
import type { StaticNode } from './static-node.ts';

/** One dial. */
export interface DialTask {
  readonly kind: DialKind;
  readonly abort: AbortController;
  /** Undefined for a candidate of discovery. */
  readonly entry: StaticNode | undefined;
  /** The node at the start of the dial; a search may find another address of a static node. */
  readonly node: Node;
  /** Result of the dial: the cause of a failure; undefined when a session has started. */
  end: Promise<EndCause | undefined> | undefined;
}

/** Creates a dial that is not running yet. @param entry the static node; undefined for a candidate of discovery */
export function newTask(node: Node, entry: StaticNode | undefined): DialTask {
  const kind = entry === undefined ? 'dynamic' : 'static';
  return { kind, abort: new AbortController(), entry, node, end: undefined };
}

/** The dials in progress, by node ID. */
export class ActiveDials {
  /** BOUNDED: by the scheduler's slots. */
  readonly #tasks = new Map<string, DialTask>();

  get size(): number {
    return this.#tasks.size;
  }

  has(idHex: string): boolean {
    return this.#tasks.has(idHex);
  }

  /** The result of the dial of a node; undefined when none is in progress. */
  endOf(idHex: string): DialTask['end'] {
    return this.#tasks.get(idHex)?.end;
  }

  countStatic(): number {
    return [...this.#tasks.values()].filter(({ kind }) => kind === 'static').length;
  }

  add(task: DialTask): void {
    this.#tasks.set(task.node.idHex, task);
  }

  remove({ node: { idHex } }: DialTask): void {
    this.#tasks.delete(idHex);
  }

  /** Aborts the dial of a node if it is a static one. */
  abortStatic(idHex: string): void {
    const task = this.#tasks.get(idHex);
    if (task?.kind === 'static') task.abort.abort();
  }

  abortAll(): void {
    for (const task of this.#tasks.values()) task.abort.abort();
  }

  /** Resolves when the dials that are in progress now have ended. */
  async ended(): Promise<void> {
    for (const { end } of [...this.#tasks.values()]) await end;
  }
}
