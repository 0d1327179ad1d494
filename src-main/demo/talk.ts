import type { Discovery } from '../discovery/discovery.ts';

/** A TALKREQ of this protocol is answered with its own payload. */
const TALK_PROTOCOL = 'echo';

/** Lets a node answer TALKREQs of the demo's protocol; without v5 it has none. */
export function answerTalk({ v5 }: Pick<Discovery, 'v5'>): void {
  v5?.transport.registerTalk(TALK_PROTOCOL, (_, payload) => payload);
}
