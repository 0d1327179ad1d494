import type { DialResult } from '../../shared/model/node.ts';
import { endSentence } from '../../shared/causes/sentences.ts';
import { ApiError } from '../api/api-error.ts';
import type { DialControl } from '../api/backend.ts';
import type { Node } from '../node-record/node.ts';
import type { CurrentNode } from './running-node.ts';

/** What dials on request need. */
export interface DialParts {
  readonly current: CurrentNode;
  /** Finds a known node by its ID. @throws ApiError `invalid-node` */
  readonly nodeOf: (id: string) => Node;
}

/** Dials a known node on request. The limits and checks are those of every dial; only its backoff is ignored. */
export class DialController implements DialControl {
  readonly #parts: DialParts;

  constructor(parts: DialParts) {
    this.#parts = parts;
  }

  /** @throws ApiError `not-running`, `invalid-node` */
  async dial(id: string): Promise<DialResult> {
    const { node } = this.#parts.current;
    if (node === undefined) throw new ApiError('not-running', 'The node is stopped: start it first.');
    const cause = await node.dial(this.#parts.nodeOf(id));
    if (cause === undefined) return { connected: true, code: null, refusal: null };
    return { connected: false, code: cause.code, refusal: endSentence(cause) };
  }
}
