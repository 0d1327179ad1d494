import { shallowRef, type ShallowRef } from 'vue';
import type { DialAnswer } from '../components/peers/dial-answer.ts';
import { messageOf } from '../composables/use-action.ts';
import { usePeersStore } from '../stores/peers.ts';

/** A dial, and its answer for the place where the user asked for it. */
export interface Dial {
  readonly answer: Readonly<ShallowRef<DialAnswer | null>>;
  /** Dials a known node now. Never rejects. */
  dial(id: string): Promise<void>;
}

/** Called in a setup function. */
export function useDial(): Dial {
  const peers = usePeersStore();
  const answer = shallowRef<DialAnswer | null>(null);

  return {
    answer,
    async dial(id) {
      const asked: DialAnswer = { id, state: 'dialing', reason: '' };
      answer.value = asked;
      let end: DialAnswer;
      try {
        const { connected, refusal } = await peers.dial(id);
        end = { id, state: connected ? 'connected' : 'refused', reason: refusal ?? '' };
      } catch (error) {
        end = { id, state: 'refused', reason: messageOf(error) };
      }
      // The answer of an earlier dial does not replace that of a later one.
      if (answer.value === asked) answer.value = end;
    },
  };
}
