/**
 * JSON that remembers where things stand, so that a fault in a file that a person wrote can be named by its line.
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
import { CodecError } from '../leaf/errors.ts';

/** Text that is no JSON document. */
export class JsonTextError extends CodecError<'invalid-json'> {
  /** From 1. */
  readonly line: number;
  readonly column: number;

  constructor(line: number, column: number, message: string) {
    super('invalid-json', message);
    this.line = line;
    this.column = column;
  }
}

/** A step into a document: a member's name or an element's index. */
export type JsonPath = readonly PropertyKey[];

/** A parsed document. */
export interface JsonDocument {
  readonly value: unknown;
  /** Line (from 1) of the value at `path`, or of the nearest value around it. */
  lineOf(path: JsonPath): number;
}

/** Deeper documents are refused; our own files are 4 deep. */
const MAX_DEPTH = 32;

const WHITE_SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

const WORD_VALUES: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * Parses one document; a member that is given twice is a fault, as nobody can tell which one was meant.
 * @throws JsonTextError
 */
export function parseJsonText(text: string): JsonDocument {
  const parser = new JsonParser(text);
  const value = parser.document();
  return {
    value,
    lineOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const offset = parser.offsets.get(pathKey(path.slice(0, length)));
        if (offset !== undefined) return lineAt(text, offset);
      }
      return 1;
    },
  };
}

/** What a person may have meant where no value stands. */
function reasonOfNoValue(next: string): string {
  if (next === '') return 'the file ends too early';
  if (next.startsWith('#') || next === '//' || next === '/*') return 'JSON has no remarks: remove this one';
  if (/^['’“”]/.test(next)) return 'texts stand in double quotes';
  return next.startsWith(',') ? 'there is nothing before this comma' : 'a value is expected here';
}

function pathKey(path: JsonPath): string {
  return JSON.stringify(path.map(String));
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

class JsonParser {
  /** Where each value begins, by its path. BOUNDED: by the size that the caller lets a file have. */
  readonly offsets = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    // Some editors put a byte order mark first; it carries nothing.
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    const value = this.#value([]);
    this.#skip();
    if (this.#at < this.#text.length) throw this.#fault('there is text after the end of the document');
    return value;
  }

  #value(path: readonly (string | number)[]): unknown {
    if (path.length > MAX_DEPTH) throw this.#fault('it is nested too deeply');
    this.#skip();
    this.offsets.set(pathKey(path), this.#at);
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(path);
    if (next === '[') return this.#array(path);
    if (next === '"') return this.#string('a text');
    const word = this.#match(WORD);
    if (word !== undefined) return WORD_VALUES[word];
    const number = this.#match(NUMBER);
    if (number !== undefined) return Number(number);
    throw this.#fault(reasonOfNoValue(this.#text.slice(this.#at, this.#at + 2)));
  }

  #object(path: readonly (string | number)[]): unknown {
    const members = new Map<string, unknown>();
    this.#at++;
    this.#skip();
    if (this.#take('}')) return {};
    do {
      this.#skip();
      this.#refuseTrailingComma('}');
      const name = this.#string('a name in double quotes');
      if (members.has(name)) throw this.#fault(`"${name.slice(0, 40)}" is given twice`);
      this.#skip();
      if (!this.#take(':')) throw this.#fault('a colon is expected here');
      members.set(name, this.#value([...path, name]));
      this.#skip();
    } while (this.#take(','));
    if (!this.#take('}')) throw this.#fault('a comma or } is expected here');
    return Object.fromEntries(members);
  }

  #array(path: readonly (string | number)[]): unknown[] {
    const elements: unknown[] = [];
    this.#at++;
    this.#skip();
    if (this.#take(']')) return elements;
    do {
      this.#skip();
      this.#refuseTrailingComma(']');
      elements.push(this.#value([...path, elements.length]));
      this.#skip();
    } while (this.#take(','));
    if (!this.#take(']')) throw this.#fault('a comma or ] is expected here');
    return elements;
  }

  /** Called behind a comma or an opening bracket whose closing one does not follow. */
  #refuseTrailingComma(end: string): void {
    if (this.#text[this.#at] !== end) return;
    this.#at = this.#text.lastIndexOf(',', this.#at);
    throw this.#fault(`the comma before ${end} has nothing behind it: remove it`);
  }

  #string(what: string): string {
    const literal = this.#match(STRING);
    if (literal === undefined) throw this.#fault(`${what} is expected here`);
    return JSON.parse(literal) as string;
  }

  #skip(): void {
    this.#match(WHITE_SPACE);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fault(reason: string): JsonTextError {
    const offset = Math.min(this.#at, this.#text.length);
    const column = offset - this.#text.lastIndexOf('\n', offset - 1);
    return new JsonTextError(lineAt(this.#text, offset), column, reason);
  }
}
