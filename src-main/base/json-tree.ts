/**
 * Parses JSON to a tree that keeps the offset of each value, the text of numbers, and all members in their order,
 * duplicates included.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
import { printParseErrorCode, visit, type ParseErrorCode } from 'jsonc-parser';
import { CodecError } from './errors.ts';

/** Text that is not a JSON document; the message is a phrase for people, without a full stop. */
export class JsonTextError extends CodecError<'invalid-json'> {
  /** Line and column from 1; the column counts UTF-16 code units. */
  readonly line: number;
  readonly column: number;

  constructor(text: string, offset: number, message: string) {
    super('invalid-json', message);
    this.line = lineAt(text, offset);
    this.column = offset - text.lastIndexOf('\n', offset - 1);
  }
}

/** A value; `offset` is its start in the text without byte order mark, UTF-16 code units. */
export type JsonNode =
  | { readonly kind: 'object'; readonly offset: number; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly offset: number; readonly elements: readonly JsonNode[] }
  /** `text` is the number as written: a JavaScript number may lose digits. */
  | { readonly kind: 'number'; readonly offset: number; readonly text: string }
  | { readonly kind: 'plain'; readonly offset: number; readonly value: string | boolean | null };

/** A member of an object; `offset` is the start of its name. */
export interface JsonMember {
  readonly name: string;
  readonly offset: number;
  readonly value: JsonNode;
}

/** A parsed document. */
export interface JsonTree {
  readonly root: JsonNode;
  /** The text to which the offsets refer. */
  readonly text: string;
}

/** BOUNDED: nesting depth, our choice; the files of this program have 4 levels. */
const MAX_DEPTH = 32;

/**
 * Parses one document. Ignores a byte order mark.
 * @param options.comments whether comments are ignored, as Besu does; otherwise they are an error
 * @throws JsonTextError for the first error
 */
export function parseJsonTree(source: string, options: { readonly comments: boolean }): JsonTree {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const builder = new TreeBuilder(text);
  visit(
    text,
    {
      onObjectBegin: (offset) => {
        builder.open({ kind: 'object', offset, members: [] });
      },
      onArrayBegin: (offset) => {
        builder.open({ kind: 'array', offset, elements: [] });
      },
      onObjectProperty: (name, offset) => {
        builder.name(name, offset);
      },
      onLiteralValue: (value: unknown, offset, length) => {
        builder.literal(value, offset, length);
      },
      onSeparator: (character, offset) => {
        builder.separator(character, offset);
      },
      onObjectEnd: () => {
        builder.close();
      },
      onArrayEnd: () => {
        builder.close();
      },
      onError: (code, offset) => {
        throw builder.fault(code, offset);
      },
    },
    { disallowComments: !options.comments },
  );
  return { root: builder.root(), text };
}

/** The line (from 1) of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** An object or array that is not closed yet. */
type Open =
  | { readonly kind: 'object'; readonly offset: number; readonly members: JsonMember[] }
  | { readonly kind: 'array'; readonly offset: number; readonly elements: JsonNode[] };

/** The token that the grammar expects next. */
type Expected = 'value' | 'name' | 'colon' | 'comma' | 'end';

/** Builds the tree from the callbacks of the parser. */
class TreeBuilder {
  readonly #text: string;
  /** BOUNDED: MAX_DEPTH. */
  readonly #open: Open[] = [];
  /** Names of members whose value is not read yet. BOUNDED: one per open object. */
  readonly #names: { readonly name: string; readonly offset: number }[] = [];
  #root: JsonNode | undefined;
  #expected: Expected = 'value';
  /** Offset of a comma that no value follows yet. */
  #comma: number | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  root(): JsonNode {
    if (this.#root === undefined) throw new JsonTextError(this.#text, 0, 'the file ends too early');
    return this.#root;
  }

  open(container: Open): void {
    if (this.#open.length >= MAX_DEPTH)
      throw new JsonTextError(this.#text, container.offset, 'it is nested too deeply');
    this.#add(container);
    this.#open.push(container);
    this.#expected = container.kind === 'object' ? 'name' : 'value';
  }

  close(): void {
    this.#open.pop();
    this.#hasValue();
  }

  name(name: string, offset: number): void {
    this.#names.push({ name, offset });
    this.#comma = undefined;
    this.#expected = 'colon';
  }

  literal(value: unknown, offset: number, length: number): void {
    if (typeof value === 'number')
      this.#add({ kind: 'number', offset, text: this.#text.slice(offset, offset + length) });
    else if (typeof value === 'string' || typeof value === 'boolean' || value === null)
      this.#add({ kind: 'plain', offset, value });
    this.#hasValue();
  }

  separator(character: string, offset: number): void {
    if (character === ',') this.#comma = offset;
    this.#expected = character === ',' && this.#open.at(-1)?.kind === 'object' ? 'name' : 'value';
  }

  fault(code: ParseErrorCode, offset: number): JsonTextError {
    const next = this.#text.slice(offset, offset + 2);
    const isTrailing = this.#comma !== undefined && /^[\]}]/.test(next);
    if (isTrailing)
      return this.#fault(
        this.#comma ?? offset,
        `the comma before ${next.charAt(0)} has nothing after it: remove it`,
      );
    return this.#fault(offset, REASONS[printParseErrorCode(code)] ?? this.#reason(next));
  }

  #fault(offset: number, reason: string): JsonTextError {
    return new JsonTextError(this.#text, offset, reason);
  }

  /** The reason for an unexpected token. @param next the text from that token on */
  #reason(next: string): string {
    if (next.startsWith('#')) return NO_COMMENTS;
    switch (this.#expected) {
      case 'value':
        if (next === '') return 'the file ends too early';
        if (/^['’“”]/.test(next)) return 'strings must be in double quotes';
        return next.startsWith(',') ? 'there is nothing before this comma' : 'a value is expected here';
      case 'name':
        return 'a name in double quotes is expected here';
      case 'colon':
        return 'a colon is expected here';
      case 'comma':
        return `a comma or ${this.#open.at(-1)?.kind === 'object' ? '}' : ']'} is expected here`;
      case 'end':
        return 'there is text after the end of the document';
    }
  }

  #add(node: JsonNode): void {
    this.#comma = undefined;
    const container = this.#open.at(-1);
    if (container === undefined) this.#root = node;
    else if (container.kind === 'array') container.elements.push(node);
    else {
      const named = this.#names.pop();
      if (named !== undefined) container.members.push({ ...named, value: node });
    }
  }

  #hasValue(): void {
    this.#expected = this.#open.length === 0 ? 'end' : 'comma';
  }
}

const NO_COMMENTS = 'JSON has no comments: remove this one';

/** Reasons by the error code of the parser, where it does not depend on the expected token. */
const REASONS: Readonly<Record<string, string>> = {
  InvalidCommentToken: NO_COMMENTS,
  UnexpectedEndOfComment: 'this comment has no end',
  UnexpectedEndOfString: 'this string has no closing quote on its line',
  UnexpectedEndOfNumber: 'this number lacks digits',
  InvalidUnicode: 'four hex digits are expected after \\u',
  InvalidEscapeCharacter: 'this backslash does not start a valid escape',
  InvalidCharacter: 'this string contains a control character',
  CloseBraceExpected: 'a comma or } is expected here',
  CloseBracketExpected: 'a comma or ] is expected here',
};
