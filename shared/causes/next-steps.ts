/** The phrases of what happens next with a node. */
import { formatDuration } from '../format.ts';
import type { NextStep } from '../model/why.ts';
import { hintOf, lowerFirst, titleOfCode, wordsOf } from './sentences.ts';

/**
 * What happens next with a node, or what the user can do: a phrase without a final stop; empty for a code that this
 * version does not know.
 * @param now Unix milliseconds
 */
export function nextStepText(next: NextStep, now: number): string {
  const { code, params } = next;
  switch (code) {
    case 'connected':
      return 'Connected';
    case 'connecting':
      return 'Connection in progress';
    case 'dialling':
      return 'Dial in progress';
    case 'own-node':
      return 'This is our own node';
    case 'inbound-again':
      return 'It may connect again';
    case 'found-again':
      return 'Dialled again when discovery finds it';
    case 'when-running':
      return 'Dialled when this node runs';
    case 'in-queue':
      return wordsOf('waiting').next ?? '';
    case 'none':
      return 'Nothing is planned';
    case 'next-try': {
      const wait = params.at - now;
      return wait > 0 ? `Next attempt in ${formatDuration(wait)}` : 'Next attempt when a dial slot is free';
    }
    case 'refused':
      return `Not dialled: ${lowerFirst(titleOfCode(params.cause))}`;
    case 'advice':
      return wordsOf(params.cause).advice ?? '';
    case 'expected':
      return wordsOf(params.cause).next ?? '';
    case 'hint':
      return hintOf({ code: params.cause, params: params.facts }) ?? '';
    default:
      return unknownStep(code);
  }
}

/** Of a later version. */
function unknownStep(_: never): string {
  return '';
}
