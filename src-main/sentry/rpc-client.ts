import type { RpcBudget, RpcAsker } from './rpc-budget.ts';
import { utf8ToBytes } from '../base/bytes.ts';
import { CALL_TIMEOUT_MS, MAX_BATCH, MAX_LARGE_ITEMS, MAX_REQUEST_BYTES } from './constants.ts';
import { RpcError } from './errors.ts';
import type { RpcChannel } from './rpc-channel.ts';
import {
  encodeCall,
  outcomeOf,
  refusalOf,
  sizeOfReplies,
  type RpcCall,
  type RpcOutcome,
  type RpcReply,
} from './rpc-message.ts';

/** The brackets of a batch, bytes. */
const BRACKETS = 2;
/**
 * Error codes with which clients refuse a batch or an answer as too large: geth and Erigon -32003, Besu and Nethermind
 * -32005, reth -32008 for one answer, -32010 and -32011 for a batch.
 */
const TOO_LARGE_CODES: ReadonlySet<number> = new Set([-32_003, -32_005, -32_008, -32_010, -32_011]);
const TOO_LARGE_TEXT = /too (large|big)|exceed|size limit/i;

/** A call with its ID and its JSON text. */
interface EncodedCall {
  readonly id: number;
  readonly call: RpcCall;
  readonly text: string;
  readonly bytes: number;
}

/** What was sent and what came. */
export interface RpcCounts {
  readonly requests: number;
  readonly calls: number;
  /** Calls that came to nothing, by an error of the client or of the connection. */
  readonly failed: number;
}

/**
 * Makes calls on one channel: in batches of at most MAX_BATCH (for large items MAX_LARGE_ITEMS) and below
 * MAX_REQUEST_BYTES, within the budget. Each call has
 * an outcome of its own. Calls that the client refuses because their batch is too large are made again in smaller ones.
 */
export class RpcClient {
  readonly #channel: RpcChannel;
  readonly #budget: RpcBudget;
  #nextId = 1;
  #requests = 0;
  #calls = 0;
  #failed = 0;

  constructor(channel: RpcChannel, budget: RpcBudget) {
    this.#channel = channel;
    this.#budget = budget;
  }

  get channel(): RpcChannel {
    return this.#channel;
  }

  get counts(): RpcCounts {
    return { requests: this.#requests, calls: this.#calls, failed: this.#failed };
  }

  /**
   * Makes one call.
   * @returns the result, not validated
   * @throws RpcError, NetworkError as RpcChannel.exchange and RpcBudget.run; `rpc-refused` with the client's words
   */
  async call(asker: RpcAsker, method: string, ...params: readonly unknown[]): Promise<unknown> {
    const [outcome] = await this.callAll(asker, [{ method, params }]);
    if (outcome === undefined) throw new RpcError('rpc-answer-malformed', { detail: 'it has no reply' });
    if (outcome.ok) return outcome.result;
    throw outcome.error;
  }

  /** Makes calls. One outcome each, in order; this function does not reject. */
  async callAll(asker: RpcAsker, calls: readonly RpcCall[]): Promise<readonly RpcOutcome[]> {
    const outcomes = new Map<number, RpcOutcome>();
    const encoded = calls.map((call) => this.#encode(call));
    const sendable = encoded.filter((each) => {
      const fits = each.bytes + BRACKETS < MAX_REQUEST_BYTES;
      if (!fits) {
        const facts = { method: each.call.method, bytes: each.bytes };
        outcomes.set(each.id, { ok: false, error: new RpcError('rpc-request-too-large', facts) });
      }
      return fits;
    });
    const batches = batchesOf(sendable, this.#mostOf(calls));
    const place = this.#budget.placeOf(asker, batches.length, sendable.length);
    if (place === undefined)
      for (const { id } of sendable) outcomes.set(id, { ok: false, error: new RpcError('rpc-busy') });
    else await Promise.all(batches.map((batch) => this.#send({ asker, place }, batch, outcomes)));
    this.#calls += encoded.length;
    return encoded.map(({ id, call }) => {
      const outcome = outcomes.get(id) ?? noReply(call);
      if (!outcome.ok) this.#failed += 1;
      return outcome;
    });
  }

  /** Number of calls in one request. Calls that belong together have one method, except those of a probe, which are small. */
  #mostOf([first]: readonly RpcCall[]): number {
    const large = this.#channel.hasNotices && first !== undefined ? MAX_LARGE_ITEMS[first.method] : undefined;
    return large ?? MAX_BATCH;
  }

  #encode(call: RpcCall): EncodedCall {
    const id = this.#nextId++;
    const text = encodeCall(id, call);
    return { id, call, text, bytes: utf8ToBytes(text).length };
  }

  async #send(
    turn: { readonly asker: RpcAsker; readonly place: number },
    batch: readonly EncodedCall[],
    outcomes: Map<number, RpcOutcome>,
  ): Promise<void> {
    try {
      const replies = await this.#budget.run({
        ...{ ...turn, calls: batch.length, sizeOf: sizeOfReplies },
        action: () => this.#exchange(batch),
      });
      takeReplies(batch, replies, outcomes);
    } catch (error) {
      const failure = error instanceof Error ? error : new RpcError('rpc-closed', { detail: String(error) });
      for (const { id } of batch) outcomes.set(id, { ok: false, error: failure });
    }
    if (batch.length === 1) return;
    const again = batch.filter(({ id }) => isTooLarge(outcomes.get(id)));
    const half = Math.ceil(batch.length / 2);
    await Promise.all(batchesOf(again, half).map((part) => this.#send(turn, part, outcomes)));
  }

  #exchange(batch: readonly EncodedCall[]): Promise<readonly RpcReply[]> {
    this.#requests += 1;
    const [first, second] = batch;
    const isOne = first !== undefined && second === undefined;
    const body = isOne ? first.text : `[${batch.map(({ text }) => text).join(',')}]`;
    const ids = new Set(batch.map(({ id }) => id));
    return this.#channel.exchange({ body, ids, timeoutMs: CALL_TIMEOUT_MS });
  }
}

/** Splits calls into batches of at most `most`, each below MAX_REQUEST_BYTES. */
function batchesOf(calls: readonly EncodedCall[], most: number): readonly (readonly EncodedCall[])[] {
  const batches: EncodedCall[][] = [];
  let bytes = BRACKETS;
  for (const call of calls) {
    const last = batches.at(-1);
    const withComma = call.bytes + 1;
    if (last === undefined || last.length >= most || bytes + withComma >= MAX_REQUEST_BYTES) {
      batches.push([call]);
      bytes = BRACKETS + withComma;
    } else {
      last.push(call);
      bytes += withComma;
    }
  }
  return batches;
}

/** Gives each call the first reply with its ID. One error without an ID is the answer to the whole batch. */
function takeReplies(
  batch: readonly EncodedCall[],
  replies: readonly RpcReply[],
  outcomes: Map<number, RpcOutcome>,
): void {
  const byId = new Map<number, RpcReply>();
  for (const reply of replies) if (reply.id !== null && !byId.has(reply.id)) byId.set(reply.id, reply);
  const [only] = replies;
  const common = replies.length === 1 && only?.id === null && only.error !== undefined ? only : undefined;
  // geth refuses a batch that is too large with one error, which has the ID of the first call.
  const refused = replies.length === 1 && batch.length > 1 && only?.error !== undefined ? only : undefined;
  for (const { id, call } of batch) {
    const reply = byId.get(id) ?? common ?? refused;
    outcomes.set(id, reply === undefined ? noReply(call) : outcomeOf(call.method, reply));
  }
}

function noReply({ method }: RpcCall): RpcOutcome {
  return {
    ok: false,
    error: new RpcError('rpc-answer-malformed', { detail: `it has no reply to ${method}` }),
  };
}

function isTooLarge(outcome: RpcOutcome | undefined): boolean {
  if (outcome === undefined || outcome.ok) return false;
  if (outcome.error instanceof RpcError && outcome.error.code === 'rpc-answer-too-large') return true;
  const refusal = refusalOf(outcome.error);
  return refusal !== undefined && TOO_LARGE_CODES.has(refusal.code) && TOO_LARGE_TEXT.test(refusal.message);
}
