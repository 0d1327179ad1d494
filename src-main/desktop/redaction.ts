/** BOUNDED: values of a kind that get a number of their own; further ones share one. */
const MAX_NUMBERED = 10_000;

/** What is removed from texts that leave this machine. */
export interface RedactionRules {
  /** Keeps IP addresses, host names, node IDs and public keys. */
  readonly addresses: boolean;
  /** Texts that are always removed, such as the page's token. */
  readonly secrets: readonly string[];
  /** Hex digits of 32 bytes or more that may stay, such as the genesis hash; all others may be a private key. */
  readonly publicHex: readonly string[];
  /** Names of this machine, of this node and of the hosts of other nodes. */
  readonly names: readonly string[];
  /** The user's home folder: its name is often that of a person. */
  readonly home: string;
}

/** `token=…`, `"password": "…"`, `Authorization: Bearer …`, the fragment of the page's address. */
const NAMED_SECRET =
  /((?:token|secret|passw(?:or)?d|passphrase|api[_-]?key|private[_-]?key|nodekeyhex|bearer)\\?["']?(?:\s*[:=]\s*|\s+)\\?["']?)(?![\s"'[\\])[^\s"',;}\\]+/gi;
const ENODE = /enode:\/\/[^\s"'<>,\\]*/gi;
const RECORD = /enr:[\w-]+/gi;
const DNS_TREE = /enrtree:\/\/[^\s"'<>,\\]*/gi;
/** 32 bytes or more: a private key has this form, and so have node IDs, hashes and public keys. */
const LONG_HEX = /(?:0x)?[0-9a-f]{64,}/gi;
/** Runs of the characters of an IPv6 address. One class only: two of them would search a long run again and again. */
const COLONS = /[0-9a-f:.]{2,}(?:%\w+)?/gi;
const DOTTED_QUAD = /\d{1,3}(?:\.\d{1,3}){3}/g;
/** What is in front of the public key of an enode URL, which may stay. */
const ENODE_SCHEME = 'enode://';
/** Words of the characters of host names, and a name that is one. */
const HOST = /[\w.-]+/g;
const IS_HOST = /^[\w.-]+$/;
/** BOUNDED: characters of a name in a text; a DNS name has at most 253. */
const MAX_NAME = 256;
/** Shorter names are not replaced: they are parts of too many other texts. */
const MIN_NAME = 3;
/** Addresses that say nothing about this machine or a node. */
const PLAIN_IP = /^(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|::|::1)$/;

/**
 * Removes secrets and, unless chosen, everything that names this machine or another node. The same value gets the same
 * number in all texts of one redactor, so that a reader can follow it. Removes more than it must rather than less: any
 * dotted quad counts as an address, any 32 bytes of hex as a possible key.
 */
export class Redactor {
  readonly #rules: RedactionRules;
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #publicHex: ReadonlySet<string>;
  /** Names with the characters of host names: there may be as many as the node lists have entries. */
  readonly #names: ReadonlySet<string>;
  /** Other names; few. */
  readonly #unusualNames: readonly string[];

  constructor(rules: RedactionRules) {
    this.#rules = rules;
    const names = rules.names.filter((name) => name.length >= MIN_NAME).map((name) => name.toLowerCase());
    this.#names = new Set(names.filter((name) => IS_HOST.test(name)));
    this.#unusualNames = names.filter((name) => !IS_HOST.test(name));
    this.#publicHex = new Set(rules.publicHex.map((hex) => hex.toLowerCase().replace(/^0x/, '')));
  }

  /** The text without what the rules remove. */
  redact(text: string): string {
    const { addresses, secrets, home } = this.#rules;
    let clean = text;
    for (const secret of secrets) if (secret !== '') clean = clean.replaceAll(secret, '[secret]');
    clean = clean.replace(NAMED_SECRET, '$1[secret]');
    if (home.length > 1)
      clean = clean.replaceAll(home, '~').replaceAll(JSON.stringify(home).slice(1, -1), '~');
    if (addresses) return this.#redactHex(clean);
    clean = clean
      .replace(ENODE, (found) => this.#number('enode', found))
      .replace(DNS_TREE, (found) => this.#number('dns-tree', found))
      .replace(RECORD, (found) => this.#number('enr', found));
    clean = this.#redactHex(clean);
    for (const name of this.#unusualNames)
      clean = clean.replace(wordOf(name), (found) => this.#number('name', found));
    return clean
      .replace(HOST, (found) => this.#redactName(found))
      .replace(COLONS, (found) => this.#redactColons(found))
      .replace(DOTTED_QUAD, (found) => (PLAIN_IP.test(found) ? found : this.#number('ip', found)));
  }

  #redactHex(text: string): string {
    return text.replace(LONG_HEX, (found, at: number) => {
      const hex = found.toLowerCase().replace(/^0x/, '');
      const before = text.slice(Math.max(0, at - ENODE_SCHEME.length), at).toLowerCase();
      const isKeyOfEnode = hex.length === 128 && before === ENODE_SCHEME;
      return isKeyOfEnode || this.#publicHex.has(hex) ? found : this.#number('hex', hex);
    });
  }

  /** Replaces a name at the start of a word, which may go on with the labels of a domain. */
  #redactName(word: string): string {
    let end = word.length <= MAX_NAME ? word.length : word.lastIndexOf('.', MAX_NAME);
    for (; end > 0; end = word.lastIndexOf('.', end - 1)) {
      const name = word.slice(0, end).toLowerCase();
      if (this.#names.has(name)) return this.#number('name', name) + word.slice(end);
    }
    return word;
  }

  /** Replaces an IPv6 or hardware address; a time has two colons and no empty group. */
  #redactColons(found: string): string {
    const colons = found.split(':').length - 1;
    const isAddress = /[0-9a-f]/i.test(found) && (found.includes('::') || colons >= 5);
    return isAddress && !PLAIN_IP.test(found) ? this.#number('ip', found) : found;
  }

  #number(kind: string, value: string): string {
    const numbers = this.#numbers.get(kind) ?? new Map<string, number>();
    this.#numbers.set(kind, numbers);
    const key = value.toLowerCase();
    const known = numbers.get(key);
    if (known === undefined && numbers.size >= MAX_NUMBERED) return `[${kind}]`;
    const number = known ?? numbers.size + 1;
    numbers.set(key, number);
    return `[${kind}-${String(number)}]`;
  }
}

/** Finds a name that is not part of a longer one. */
function wordOf(name: string): RegExp {
  return new RegExp(`(?<![\\w.-])${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'gi');
}
