import type { PastOutcome } from '../model/peer.ts';
import { recordedSentence } from './sentences.ts';

/** An earlier outcome of a node, as a sentence without a final stop. */
export function outcomeText(outcome: PastOutcome): string {
  return outcome.by === null ? `Connected, ${outcome.direction}` : recordedSentence(outcome);
}
