/**
 * What is remembered of lists between two starts. All calls answer at once: an implementation on disk holds what it
 * needs in memory and writes behind. What comes out is as hostile as an answer of the DNS.
 */
export interface DnsCache {
  /** The text of the root that was last verified for a list. */
  root(url: string): string | undefined;
  setRoot(url: string, text: string): void;
  /** The text that the name (26 characters) is the hash of. */
  entry(name: string): string | undefined;
  setEntry(name: string, text: string): void;
  /** Forgets everything else. */
  retain(urls: ReadonlySet<string>, names: ReadonlySet<string>): void;
}
