import { CAUSE_WORDS, type Words } from './cause-words.ts';
import { CODEC_WORDS } from './codec-words.ts';
import { ERROR_WORDS } from './error-words.ts';
import type { EndCause } from '../events/events.ts';
import { FINDING_WORDS } from './finding-words.ts';
import { STOP_WORDS } from './stop-words.ts';

/** From code to words: every code that can reach a person. A code has one meaning in all layers. */
export const CODE_WORDS: ReadonlyMap<string, Words> = new Map(
  Object.entries({ ...CODEC_WORDS, ...ERROR_WORDS, ...FINDING_WORDS, ...STOP_WORDS, ...CAUSE_WORDS }),
);

/** Ends the codes of what means another thing when it is we who say it. */
const BY_US = '-by-us';

/** The code under which a cause is counted and explained: "too many peers" is another thing from each side. */
export function codeOf(cause: Pick<EndCause, 'code' | 'by'>): string {
  if (cause.by !== 'local') return cause.code;
  const own = cause.code + BY_US;
  return CODE_WORDS.has(own) ? own : cause.code;
}

/** The words of a code as `codeOf` gives it; of an unknown one, the code itself as words. */
export function wordsOf(code: string): Words {
  const known = CODE_WORDS.get(code);
  if (known !== undefined) return known;
  const plain = code.replaceAll('-', ' ');
  const title = plain.charAt(0).toUpperCase() + plain.slice(1);
  return { title, meaning: `${title}.`, fault: 'nobody', advice: null };
}

/** `too-many-peers` as "Too many peers". */
export function titleOfCode(code: string): string {
  return wordsOf(code).title;
}

/** The cause within a sentence: its title where that says it all, else its message without the final stop. */
export function phraseOf(cause: EndCause): string {
  if (SPEAKING_TITLES.has(cause.code)) return titleOfCode(codeOf(cause)).toLowerCase();
  return cause.message.replace(/\.$/, '');
}

/** Causes whose message adds nothing to the title. */
const SPEAKING_TITLES: ReadonlySet<string> = new Set([
  'too-many-peers',
  'too-many-inbound-peers',
  'already-connected',
  'client-quitting',
  'connection-refused',
  'connection-reset',
  'unreachable',
  'timed-out',
]);
