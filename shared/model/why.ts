/** Steps that a node passes from being heard of to being a peer that stays. */
export const WHY_STEPS = [
  'found',
  'bonded',
  'record',
  'fork',
  'dialled',
  'encrypted',
  'hello',
  'status',
  'kept',
] as const;

/** One of WHY_STEPS. */
export type WhyStepName = (typeof WHY_STEPS)[number];

/** Spans that the screen offers, in seconds. */
export const WHY_SPANS = { '10m': 600, '1h': 3_600, '24h': 86_400 } as const;

/** One of WHY_SPANS. */
export type WhySpan = keyof typeof WHY_SPANS;

/** Whose doing a cause is: ours to mend, theirs, nobody's (the usual life of the network), or the way between. */
export type Fault = 'ours' | 'theirs' | 'nobody' | 'way';

/** Why nodes got no further than a step. */
export interface WhyCause {
  /** Kebab-case, stable: the same codes as EndCause and dial refusals; `silent`, `no-record`, `waiting`, … besides. */
  readonly code: string;
  readonly title: string;
  /** A sentence for people. */
  readonly meaning: string;
  readonly count: number;
  readonly fault: Fault;
}

/** One step: how many nodes reached it within the span, and what became of those that got no further. */
export interface WhyStep {
  readonly step: WhyStepName;
  readonly reached: number;
  /** Nodes that reached the step before this one and not this one: the sum of `causes`. */
  readonly lost: number;
  /** Most frequent first. They tell why nodes were lost on the way to this step. */
  readonly causes: readonly WhyCause[];
}

/** A node that is not a peer, and why. */
export interface WhyNode {
  readonly id: string;
  /** Name from the node lists, else what its Hello gave, else null. */
  readonly name: string | null;
  readonly address: string | null;
  readonly kind: 'static' | 'trusted' | 'dynamic';
  readonly direction: 'inbound' | 'outbound' | null;
  /** The last step that it passed, and the one that it did not. */
  readonly from: WhyStepName;
  readonly to: WhyStepName;
  readonly code: string;
  readonly title: string;
  readonly by: 'local' | 'remote' | 'network' | null;
  readonly at: number;
  /** What happens next, or what a person may do: a phrase. */
  readonly now: string;
  readonly nextTryAt: number | null;
}

/** The screen "Why no peer?". */
export interface WhySnapshot {
  readonly span: WhySpan;
  /** All of WHY_STEPS, in their order. */
  readonly steps: readonly WhyStep[];
  /** True sentences computed from the figures of the chosen step (of the step that loses most, where none was chosen). */
  readonly meaning: readonly string[];
  /** The step that the sentences and causes are about. */
  readonly focus: WhyStepName;
  /** Newest first, at most 200. */
  readonly nodes: readonly WhyNode[];
  /** How many there are in all for this choice. */
  readonly total: number;
}

/** One step of one node's trace. */
export interface TraceStep {
  readonly step: WhyStepName;
  /** `skipped`: not needed (an inbound node need not be found; a static one is dialled whatever its record says). */
  readonly state: 'passed' | 'stopped' | 'now' | 'open' | 'skipped';
  /** Unix milliseconds of the last time; null when it did not happen. */
  readonly at: number | null;
  /** What was seen: "neighbors of 9c4e…17fa", "eth/69 · fork 07c9462e", the cause. */
  readonly detail: string | null;
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
  /** False when the node was never heard of: then all steps are open. */
  readonly known: boolean;
  readonly firstSeenAt: number | null;
  /** `v4`, `bootnode`, `static`, `inbound`, …: who brought it. */
  readonly sources: readonly string[];
  /** When each of them first and last brought it, Unix milliseconds. */
  readonly foundBy?: readonly {
    readonly source: string;
    readonly firstAt: number;
    readonly lastAt: number;
  }[];
  readonly steps: readonly TraceStep[];
  readonly cause: {
    readonly code: string;
    readonly title: string;
    /** What was compared, what it means. */
    readonly message: string;
    readonly meaning: string;
    readonly by: 'local' | 'remote' | 'network' | null;
    readonly fault: Fault;
    readonly at: number;
    /** The disconnect reason on the wire, in geth's words. */
    readonly disconnectReason: string | null;
  } | null;
  /** What happens next, or what a person may do. */
  readonly now: string;
  readonly nextTryAt: number | null;
  readonly failuresInARow: number;
  readonly reputation: number;
  /** Earlier outcomes, newest first, at most 10. */
  readonly earlier: readonly {
    readonly at: number;
    readonly code: string;
    readonly message: string;
    readonly by: 'local' | 'remote' | 'network' | null;
  }[];
}
