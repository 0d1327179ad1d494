/**
 * Where things stand in a TOML document, so that a fault in a file that a person wrote can be named by its line. The
 * parser of the values tells nothing of it. Only for text that is TOML: what stands wrong is passed over.
 * @see https://toml.io/en/v1.0.0
 */

/** Line (from 1) of the value at a path of keys and indices, or of the nearest thing around it. */
export type TomlLines = (path: readonly (string | number)[]) => number;

const BLANK = /[ \t\r\n]+|#[^\n]*/y;
const SPACE = /[ \t]+/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
/** A number, a date, true or false. */
const PLAIN = /[^\s,\]}#]+/y;
const LINE = /[^\n]*/y;

/** Deeper values, and those beyond the bound, have the line of what is around them. */
const MAX_DEPTH = 32;
const MAX_PLACES = 100_000;

const pathKey = (path: readonly (string | number)[]): string => JSON.stringify(path.map(String));

/** Finds the lines of a document that has been parsed without a fault. */
export function tomlLines(text: string): TomlLines {
  const offsets = new TomlScanner(text).scan();
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const offset = offsets.get(pathKey(path.slice(0, length)));
      if (offset !== undefined) return countUpTo(starts, offset);
    }
    return 1;
  };
}

/** How many of ascending numbers are not above a limit. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

class TomlScanner {
  /** Where each value begins, by its path. BOUNDED: MAX_PLACES. */
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

  /** A key with dots in it. */
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
    if (this.#offsets.size >= MAX_PLACES) return;
    const key = pathKey(path);
    if (!this.#offsets.has(key)) this.#offsets.set(key, offset);
  }

  /** Whether anything follows the white space and comments. */
  #hasMore(): boolean {
    this.#blank();
    return this.#at < this.#text.length;
  }

  #blank(): void {
    while (this.#match(BLANK)) continue;
  }

  /** A string of any of the four kinds; one without an end goes to the end of its line, or of the text. */
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
    // Before the three that end a long string up to two more may stand.
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

/** Keys of ours have no escapes; a key that has some keeps them, and is not found. */
const unquoted = (key: string): string => (/^["']/.test(key) ? key.slice(1, -1) : key);
