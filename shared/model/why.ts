import type { CauseCode, EndCode, EndedBy } from '../causes/catalogue.ts';
import type { CauseParams, EndFacts } from '../causes/facts.ts';
import type { NodeSource } from './node-source.ts';
import type { PastOutcome } from './peer.ts';
import type { RecordForkVerdict } from './table.ts';

/*
 * Why a node is, or is not, a peer. These are facts only: codes with params. shared/causes makes the sentences, in
 * why-statements.ts, next-steps.ts, step-facts.ts and sentences.ts.
 */

/** The steps that a node passes before it is a peer. */
export const WHY_STEPS = [
  'found',
  'bonded',
  'record',
  'fork',
  'dialled',
  'encrypted',
  'hello',
  'status',
  'session',
] as const;

/** One of WHY_STEPS. */
export type WhyStepName = (typeof WHY_STEPS)[number];

/** Spans that the screen offers, in seconds. */
export const WHY_SPANS = { '10m': 600, '1h': 3_600, '24h': 86_400 } as const;

/** One of WHY_SPANS. */
export type WhySpan = keyof typeof WHY_SPANS;

/** The params of a code without facts. */
export type NoParams = Readonly<Record<string, never>>;

/** A cause of nodes that did not pass a step; the catalogue has its title, meaning and side. */
export interface WhyCause {
  readonly code: CauseCode;
  readonly count: number;
}

/** One step: how many nodes reached it within the span, and why others did not. */
export interface WhyStep {
  readonly step: WhyStepName;
  readonly reached: number;
  /** Nodes that reached the step before this one and not this one: the sum of `causes`. */
  readonly lost: number;
  /** Why nodes did not reach this step; most frequent first. */
  readonly causes: readonly WhyCause[];
}

/** A statement about the figures; `statementText` makes its sentences. Durations are milliseconds. */
export type WhyStatement =
  /** The node is stopped: the figures are from before. */
  | { readonly code: 'node-stopped'; readonly params: NoParams }
  /** The clocks of other nodes are ahead of ours by `offsetMs`; negative: behind. */
  | { readonly code: 'clock-wrong'; readonly params: { readonly offsetMs: number } }
  | { readonly code: 'peer-slots-full'; readonly params: { readonly limit: number } }
  | {
      readonly code: 'none-found';
      readonly params: { readonly span: WhySpan; readonly discovery: 'on' | 'off' };
    }
  /** Of `reached` nodes that passed a step, `lost` did not pass the next one. */
  | {
      readonly code: 'loss';
      readonly params: {
        readonly span: WhySpan;
        readonly passed: WhyStepName;
        readonly next: WhyStepName;
        readonly reached: number;
        readonly lost: number;
      };
    }
  /** `count` of the `lost` nodes have this cause. */
  | {
      readonly code: 'cause';
      readonly params: { readonly cause: CauseCode; readonly count: number; readonly lost: number };
    }
  /** None of `dials` TCP connections was established. */
  | { readonly code: 'no-connection'; readonly params: { readonly dials: number } }
  | { readonly code: 'inbound-slots-full'; readonly params: { readonly limit: number } }
  /** Inbound connections: how many nodes, since when, and whether one of them came from the internet in this run. */
  | {
      readonly code: 'inbound';
      readonly params: {
        readonly nodes: number;
        readonly since: WhySpan | 'start';
        readonly reachable: 'yes' | 'not-seen';
        /** Our TCP port. */
        readonly port: number;
      };
    };

/** What happens next with a node, or what the user can do; `nextStepText` makes its phrase. */
export type NextStep =
  | {
      readonly code:
        | 'connected'
        | 'connecting'
        | 'dialling'
        | 'own-node'
        /** A node that connected to us may do so again. */
        | 'inbound-again'
        /** Dialled again when discovery finds it. */
        | 'found-again'
        /** A static node is dialled when this node runs. */
        | 'when-running'
        /** A static node is in the dial queue. */
        | 'in-queue'
        | 'none';
      readonly params: NoParams;
    }
  /** The next attempt, Unix milliseconds. */
  | { readonly code: 'next-try'; readonly params: { readonly at: number } }
  /** The dial policy refuses it. */
  | { readonly code: 'refused'; readonly params: { readonly cause: EndCode } }
  /** The advice of a cause, or what its catalogue entry says comes next. */
  | { readonly code: 'advice' | 'expected'; readonly params: { readonly cause: CauseCode } }
  /** The hint of a cause, with the facts of the end. */
  | { readonly code: 'hint'; readonly params: { readonly cause: EndCode; readonly facts: CauseParams } };

/** A node that is not a peer, and why. */
export interface WhyNode {
  readonly id: string;
  /** Name from the node lists, else from its Hello, else null. */
  readonly name: string | null;
  readonly address: string | null;
  readonly kind: 'static' | 'trusted' | 'dynamic';
  readonly direction: 'inbound' | 'outbound' | null;
  /** The last step that it passed, and the one that it did not. */
  readonly from: WhyStepName;
  readonly to: WhyStepName;
  readonly code: CauseCode;
  readonly by: EndedBy | null;
  readonly at: number;
  readonly next: NextStep;
  /** Unix milliseconds; null where none is planned. */
  readonly nextTryAt: number | null;
}

/** The view "Why no peer?". */
export interface WhySnapshot {
  readonly span: WhySpan;
  /** All of WHY_STEPS, in their order. */
  readonly steps: readonly WhyStep[];
  /** About the figures of the chosen step, or of the step with the greatest loss where none was chosen. BOUNDED: 4. */
  readonly statements: readonly WhyStatement[];
  /** The step of the statements and causes. */
  readonly focus: WhyStepName;
  /** Newest first. BOUNDED: 200. */
  readonly nodes: readonly WhyNode[];
  /** How many there are in all for this choice. */
  readonly total: number;
}

/** What was observed at a step; `stepFactText` makes its phrase. */
export type StepFact =
  /** The ID of the node whose response named it. */
  | { readonly code: 'named-by'; readonly params: { readonly id: string } }
  | { readonly code: 'sources'; readonly params: { readonly sources: readonly NodeSource[] } }
  /** The IP address of its Pong. */
  | { readonly code: 'answered-from'; readonly params: { readonly ip: string } }
  /** The sequence number of its record, decimal. */
  | { readonly code: 'record'; readonly params: { readonly seq: string } }
  /** The fork hash of its record, 8 hex digits. */
  | {
      readonly code: 'fork-id';
      readonly params: { readonly hash: string; readonly verdict: RecordForkVerdict };
    }
  | { readonly code: 'address'; readonly params: { readonly address: string } }
  | { readonly code: 'direction'; readonly params: { readonly direction: 'inbound' | 'outbound' } }
  /** The client name of its Hello. */
  | { readonly code: 'client'; readonly params: { readonly name: string } }
  /** eth version and fork hash of its Status: `eth/69 · fork 07c9462e`. */
  | { readonly code: 'status'; readonly params: { readonly status: string } }
  /** The cause that stopped it here, or the state of its connection. */
  | { readonly code: 'cause'; readonly params: { readonly cause: CauseCode } }
  /** The end of its connection. */
  | { readonly code: 'end'; readonly params: EndFacts };

/** One step in the trace of a node. */
export interface TraceStep {
  readonly step: WhyStepName;
  /** `skipped`: not needed (an inbound node need not be found; a static node is dialled whatever its record contains). */
  readonly state: 'passed' | 'stopped' | 'now' | 'open' | 'skipped';
  /** Unix milliseconds of the last time; null when it did not happen. */
  readonly at: number | null;
  readonly seen: StepFact | null;
}

/** The cause of a trace. */
export interface TraceCause {
  readonly code: CauseCode;
  /** The end of its connection, where that is the cause. Its code can differ from `code`: see `codeOf`. */
  readonly end: EndFacts | null;
  readonly by: EndedBy | null;
  readonly at: number;
  /** The disconnect reason on the wire, as geth writes it. */
  readonly disconnectReason: string | null;
}

/** All that is known of why one node is, or is not, a peer. */
export interface NodeTrace {
  readonly id: string;
  readonly name: string | null;
  readonly address: string | null;
  readonly enode: string | null;
  readonly enr: string | null;
  readonly kind: { readonly static: boolean; readonly trusted: boolean };
  readonly connected: boolean;
  /** False for a node that no source has reported: then all steps are open. */
  readonly known: boolean;
  readonly firstSeenAt: number | null;
  readonly sources: readonly NodeSource[];
  /** When each source first and last reported it, Unix milliseconds. */
  readonly foundBy?: readonly {
    readonly source: NodeSource;
    readonly firstAt: number;
    readonly lastAt: number;
  }[];
  readonly steps: readonly TraceStep[];
  /** Null for a peer and for a node that is connecting. */
  readonly cause: TraceCause | null;
  readonly next: NextStep;
  readonly nextTryAt: number | null;
  readonly failuresInARow: number;
  readonly reputation: number;
  /** Newest first. BOUNDED: 10. */
  readonly earlier: readonly PastOutcome[];
}
