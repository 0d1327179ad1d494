/**
 * Roots and entries of lists, kept across restarts. All calls are synchronous: an implementation on disk keeps what it
 * needs in memory and writes later. The contents are as untrusted as an answer of the DNS.
 */
export interface DnsCache {
  /** The last verified root of a list, as text. */
  root(url: string): string | undefined;
  setRoot(url: string, text: string): void;
  /** The text of the entry with this name (26 characters). */
  entry(name: string): string | undefined;
  setEntry(name: string, text: string): void;
  /** Deletes all other roots and entries. */
  retain(urls: ReadonlySet<string>, names: ReadonlySet<string>): void;
}
