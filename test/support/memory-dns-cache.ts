import type { DnsCache } from '../../src-main/discovery/dns/cache.ts';

/** A cache of DNS lists in memory. */
export class MemoryDnsCache implements DnsCache {
  readonly roots = new Map<string, string>();
  readonly entries = new Map<string, string>();

  root(url: string): string | undefined {
    return this.roots.get(url);
  }

  setRoot(url: string, text: string): void {
    this.roots.set(url, text);
  }

  entry(name: string): string | undefined {
    return this.entries.get(name);
  }

  setEntry(name: string, text: string): void {
    this.entries.set(name, text);
  }

  retain(urls: ReadonlySet<string>, names: ReadonlySet<string>): void {
    for (const url of this.roots.keys()) if (!urls.has(url)) this.roots.delete(url);
    for (const name of this.entries.keys()) if (!names.has(name)) this.entries.delete(name);
  }
}
