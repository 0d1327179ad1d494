/** The params of a cause: the facts that its templates name, typed by the code. */
import type { CAUSES, CauseCode, EndedBy, RecordedCode } from './catalogue.ts';
import type { ConnectionStage, VALUE_TEXTS } from './value-texts.ts';

/** Params as they travel and are stored: by name, a text or a number that is filled into a template. */
export type CauseParams = Readonly<Record<string, string | number>>;

/** The params of a cause without facts. */
export const NO_FACTS: CauseParams = {};

/** What the sentence about an end needs: a part of EndCause. */
export interface EndFacts {
  readonly code: RecordedCode;
  readonly params: CauseParams;
  readonly by: EndedBy;
  /** Null in records of an earlier version, which did not store it. */
  readonly stage: ConnectionStage | null;
}

/** An end in the past, perhaps recorded by another version. */
export interface RecordedEnd extends EndFacts {
  /** The sentence that an earlier version stored instead of params; null in newer records. */
  readonly message: string | null;
}

/** A failed operation: a code of the catalogue, and the message of its error, which has details that differ each time. */
export interface Failure {
  readonly code: CauseCode;
  readonly message: string;
}

type NamesIn<Template> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;

type TemplatesOf<Spec> =
  | (Spec extends { readonly sentence: infer Sentence } ? Sentence : never)
  | (Spec extends { readonly hint: infer Hint } ? Hint : never);

/** The names of the params of a code; `stage` is a field of every cause. */
type FactNames<Code extends CauseCode> = Exclude<NamesIn<TemplatesOf<(typeof CAUSES)[Code]>>, 'stage'>;

/** What the templates of a code name: a value with a text of its own, else a text or a number. */
export type FactsOf<Code extends CauseCode> = {
  readonly [Name in FactNames<Code>]: Name extends keyof typeof VALUE_TEXTS
    ? keyof (typeof VALUE_TEXTS)[Name]
    : string | number;
};

/** The codes among these that have no facts. */
type Factless<Code extends CauseCode> = {
  readonly [One in Code]: [FactNames<One>] extends [never] ? One : never;
}[Code];

/**
 * The arguments of a function or an error that takes a code: the code alone where it has no facts, else the code and its
 * facts; null where they are not known. A union of tuples, so that a typo in the code or in a fact does not compile.
 */
export type CauseArgs<Code extends CauseCode> =
  | readonly [code: Factless<Code>, facts?: null]
  | readonly [code: Code, facts: null]
  | {
      readonly [One in Exclude<Code, Factless<Code>>]: readonly [code: One, facts: FactsOf<One>];
    }[Exclude<Code, Factless<Code>>];

/** A code with its params, checked where they were made. */
export interface DescribedCause<Code extends CauseCode = CauseCode> {
  readonly code: Code;
  readonly params: CauseParams;
}

/** A code with its facts, checked against its templates. */
export function describeCause<Code extends CauseCode>(
  ...[code, facts]: CauseArgs<Code>
): DescribedCause<Code> {
  return { code, params: facts ?? NO_FACTS };
}

/** The params of a code, checked against its templates. */
export function factsFor<Code extends CauseCode>(_: Code, facts: FactsOf<Code>): CauseParams {
  return facts;
}
