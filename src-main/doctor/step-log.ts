import type { DoctorCause, DoctorExchange, DoctorFact, DoctorStepState } from '../../shared/model/doctor.ts';
import { describeCause, type CauseArgs } from '../../shared/causes/facts.ts';
import type { CauseCode } from '../../shared/causes/catalogue.ts';
import type { Clock } from '../base/runtime.ts';
import { plainText } from '../events/plain-text.ts';

/** What a step came to. */
export interface StepResult {
  readonly state: Exclude<DoctorStepState, 'waiting' | 'running'>;
  /** A phrase without a final stop. */
  readonly finding: string;
  readonly explanation?: string;
  readonly cause?: DoctorCause;
}

/** BOUNDED: exchanges of one step; later ones are left out. */
const MAX_EXCHANGES = 40;

/** Longest value of a fact, characters: values may come from a peer. */
const MAX_VALUE = 300;

/** Collects what a step sends and receives. */
export class StepLog {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #exchanges: DoctorExchange[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  get exchanges(): readonly DoctorExchange[] {
    return this.#exchanges;
  }

  /** Milliseconds since the step started. */
  get elapsedMs(): number {
    return this.#clock.monotonic() - this.#startedAt;
  }

  sent(...facts: readonly DoctorFact[]): void {
    this.#add('sent', facts);
  }

  received(...facts: readonly DoctorFact[]): void {
    this.#add('received', facts);
  }

  #add(direction: DoctorExchange['direction'], facts: readonly DoctorFact[]): void {
    if (this.#exchanges.length >= MAX_EXCHANGES) return;
    this.#exchanges.push({ direction, afterMs: roundMs(this.elapsedMs), facts });
  }
}

/** Milliseconds with one decimal. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** A fact of a step; text from the network is sanitised. */
export function fact(
  name: string,
  value: string | number | bigint,
  tone: DoctorFact['tone'] = null,
): DoctorFact {
  return { name, value: plainText(String(value), MAX_VALUE), tone, isOwn: false };
}

/** A fact that tells who or where this node is. */
export function ownFact(name: string, value: string | number): DoctorFact {
  return { ...fact(name, value), isOwn: true };
}

/** A cause of the catalogue with its facts, checked against its templates. */
export function causeOf<Code extends CauseCode>(...args: CauseArgs<Code>): DoctorCause {
  return describeCause<Code>(...args);
}
