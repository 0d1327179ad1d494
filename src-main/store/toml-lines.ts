/**
 * Finds the lines of values in a TOML document, for error messages; the parser of the values does not report them. Only
 * for valid TOML: invalid parts are skipped.
 * @see https://toml.io/en/v1.0.0
 */
import { lineCounter } from '../base/line-counter.ts';

/** The line (from 1) of the value at a path of keys and indices, or of the innermost existing value on the path. */
export type TomlLines = (path: readonly (string | number)[]) => number;

const BLANK = /[ \t\r\n]+|#[^\n]*/y;
const SPACE = /[ \t]+/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
/** A number, a date or a boolean. */
const PLAIN = /[^\s,\]}#]+/y;
const LINE = /[^\n]*/y;

/** BOUNDED: nesting depth and number of values with a known line, our choice; other values get the line of their parent. */
const MAX_DEPTH = 32;
const MAX_OFFSETS = 100_000;

const pathKey = (path: readonly (string | number)[]): string => JSON.stringify(path.map(String));

/** Finds the lines of a valid document. */
export function tomlLines(text: string): TomlLines {
  const offsets = new TomlScanner(text).scan();
  const lineOf = lineCounter(text);
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsets.get(pathKey(path.slice(0, length)));
      if (offset !== undefined) return lineOf(offset);
    }
    return 1;
  };
}

class TomlScanner {
  /** The start of each value by its path. BOUNDED: MAX_OFFSETS. */
  readonly #offsets = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): ReadonlyMap<string, number> {
    let table: readonly string[] = [];
    while (this.#hasMore()) {
      const before = this.#at;
      if (this.#text[this.#at] === '[') {
        while (this.#take('[')) continue;
        table = this.#keys();
        this.#note(table, before);
        while (this.#take(']')) continue;
      } else {
        this.#pair(table, 0);
      }
      if (this.#at === before) this.#match(LINE);
      if (this.#at === before) this.#at++;
    }
    return this.#offsets;
  }

  #pair(table: readonly (string | number)[], depth: number): void {
    const start = this.#at;
    const path = [...table, ...this.#keys()];
    this.#note(path, start);
    this.#match(SPACE);
    if (!this.#take('=')) return;
    this.#match(SPACE);
    this.#value(path, depth);
  }

  #value(path: readonly (string | number)[], depth: number): void {
    if (depth > MAX_DEPTH) return;
    if (this.#take('[')) {
      this.#items(']', (index) => {
        this.#note([...path, index], this.#at);
        this.#value([...path, index], depth + 1);
      });
    } else if (this.#take('{')) {
      this.#items('}', () => {
        this.#pair(path, depth + 1);
      });
    } else if (!this.#string()) this.#match(PLAIN);
  }

  #items(end: string, read: (index: number) => void): void {
    for (let index = 0; ; index++) {
      this.#blank();
      const before = this.#at;
      if (this.#at >= this.#text.length || this.#take(end)) return;
      read(index);
      this.#blank();
      this.#take(',');
      if (this.#at === before) return;
    }
  }

  /** The parts of a dotted key. */
  #keys(): string[] {
    const keys: string[] = [];
    do {
      this.#match(SPACE);
      const start = this.#at;
      if (!this.#match(BARE_KEY) && !this.#string()) break;
      keys.push(unquoted(this.#text.slice(start, this.#at)));
      this.#match(SPACE);
    } while (this.#take('.'));
    return keys;
  }

  #note(path: readonly (string | number)[], offset: number): void {
    if (this.#offsets.size >= MAX_OFFSETS) return;
    const key = pathKey(path);
    if (!this.#offsets.has(key)) this.#offsets.set(key, offset);
  }

  /** Skips white space and comments. @returns whether the text continues */
  #hasMore(): boolean {
    this.#blank();
    return this.#at < this.#text.length;
  }

  #blank(): void {
    while (this.#match(BLANK)) continue;
  }

  /** Skips a string of any of the four kinds; an unterminated one ends with its line, or with the text. */
  #string(): boolean {
    const text = this.#text;
    const quote = text[this.#at];
    if (quote !== '"' && quote !== "'") return false;
    const isLong = text.startsWith(quote.repeat(3), this.#at);
    const end = isLong ? quote.repeat(3) : quote;
    this.#at += end.length;
    while (this.#at < text.length && !text.startsWith(end, this.#at)) {
      if (!isLong && text[this.#at] === '\n') return true;
      this.#at += quote === '"' && text[this.#at] === '\\' ? 2 : 1;
    }
    this.#at = Math.min(this.#at + end.length, text.length);
    // A multi-line string may end with up to two quotes before its delimiter.
    while (isLong && this.#take(quote)) continue;
    return true;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === '') return false;
    this.#at += found.length;
    return true;
  }
}

/** Does not decode escapes: no key that is looked up has any. */
const unquoted = (key: string): string => (/^["']/.test(key) ? key.slice(1, -1) : key);
