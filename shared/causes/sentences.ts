/** Codes and params in words: the one place where the window, the API and the log get their sentences from. */
import { causeSpec, codeOf, isCauseCode, type CauseCode, type UnknownCode } from './catalogue.ts';
import type { CauseSpec } from './cause-spec.ts';
import type { CauseParams, EndFacts, RecordedEnd } from './facts.ts';
import { VALUE_TEXTS } from './value-texts.ts';

const PLACEHOLDER = /\{(\w+)\}/g;
/** A part that is left out where its param is an empty text: `[: {reason}]`. */
const OPTIONAL_PART = /\[([^\]{]*)\{(\w+)\}\]/g;

/** Fills a template; undefined where a param is missing, as in records of an earlier version. */
export function fillTemplate(template: string, params: CauseParams): string | undefined {
  const present = template.replace(OPTIONAL_PART, (_, before: string, name: string) =>
    params[name] === '' ? '' : `${before}{${name}}`,
  );
  const missing: string[] = [];
  const text = present.replace(PLACEHOLDER, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) missing.push(name);
    return textOf(name, String(value));
  });
  return missing.length === 0 ? text : undefined;
}

function textOf(name: string, value: string): string {
  const texts = textsOf(name);
  return Object.hasOwn(texts, value) ? (texts[value] ?? value) : value;
}

/** The texts of a param by its values; empty where its value is the text. */
function textsOf(name: string): Readonly<Record<string, string>> {
  return Object.hasOwn(VALUE_TEXTS, name) ? VALUE_TEXTS[name as keyof typeof VALUE_TEXTS] : {};
}

/** The words of a code from a file or the network; of an unknown one, the code itself as words. */
export function wordsOf(code: string): Omit<CauseSpec, 'layer' | 'lasting'> {
  if (isCauseCode(code)) return causeSpec(code);
  const plain = code.replaceAll('-', ' ');
  const title = plain.charAt(0).toUpperCase() + plain.slice(1);
  return { title, meaning: `${title}.`, fault: 'none' };
}

/** `too-many-peers` as "Too many peers". */
export function titleOfCode(code: string): string {
  return wordsOf(code).title;
}

/** What happened, with the facts, as a sentence without a final stop: the template of the code, else its title. */
export function sentenceOf(code: CauseCode | UnknownCode, params: CauseParams | null = null): string {
  const { sentence, title } = wordsOf(code);
  return (sentence === undefined ? undefined : fillTemplate(sentence, params ?? {})) ?? title;
}

/** What ended a connection, as a sentence without a final stop. */
export function endSentence(cause: EndFacts): string {
  const { params, stage } = cause;
  return sentenceOf(codeOf(cause), stage === null ? params : { ...params, stage });
}

/** What ended a past session, as a sentence. An earlier version stored the sentence and no params. */
export function recordedSentence(end: RecordedEnd): string {
  return end.message ?? endSentence(end);
}

/**
 * The words, in lower case, that the sentence of an end with this code can have besides its params: for a text search
 * that does not make each sentence. Empty for an unknown code.
 */
export function templateWords(code: string): string {
  const specs = [code, `${code}-by-us`].filter(isCauseCode).map(causeSpec);
  const words = specs.flatMap(({ title, sentence = '' }) => [title, sentence]);
  const values = [...words.join(' ').matchAll(PLACEHOLDER)].flatMap(([, name = '']) =>
    Object.values(textsOf(name)),
  );
  return [...words, ...values].join(' ').toLowerCase();
}

/** An end within a sentence: "Dial ended: too many peers". */
export function phraseOf(cause: EndFacts): string {
  const sentence = endSentence(cause);
  return sentence === titleOfCode(codeOf(cause)) ? lowerFirst(sentence) : sentence;
}

/** What a person should know next after an end, as a phrase; undefined where the code has no hint or the facts are missing. */
export function hintOf({ code, params }: Pick<EndFacts, 'code' | 'params'>): string | undefined {
  const { hint } = wordsOf(code);
  return hint === undefined ? undefined : fillTemplate(hint, params);
}

/** Why a ban was set: what the user wrote, or the offence with its detail; empty where the user wrote nothing. */
export function banReason({
  offence,
  reason,
}: {
  readonly offence: string | null;
  readonly reason: string;
}): string {
  if (offence === null) return reason;
  return reason === '' ? titleOfCode(offence) : `${titleOfCode(offence)}: ${reason}`;
}

/** A title within a sentence; an abbreviation such as RLPx keeps its capital. */
export function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** A sentence within another one, without its full stop. */
export function withoutFullStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
