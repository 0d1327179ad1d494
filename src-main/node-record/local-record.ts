/** Our own node record: signed anew when something in it changes, with a sequence number that never goes back. */
import type { ForkId } from '../chain/fork-id.ts';
import { compareBytes } from '../base/bytes.ts';
import { ipToBytes, isUnspecified } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
import { encodeRlp, type RlpInput } from '../base/rlp.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import { ethEntry, signEnr, type Enr } from './enr.ts';
import { nodeFromRecord } from './node-factory.ts';
import type { Node } from './node.ts';

/** Where the sequence number outlives the process. */
export interface SeqStore {
  /** The number saved last, undefined on a new identity. */
  loadSeq(): Promise<bigint | undefined>;
  saveSeq(seq: bigint): Promise<void>;
}

/** Where we are reached by one address family. */
export interface LocalEndpoint {
  /** Undefined while nobody has told us our address. */
  readonly ip: string | undefined;
  /** 0 when the service is off. */
  readonly udp: number;
  readonly tcp: number;
}

/** What a local record is made from. */
export interface LocalRecordOptions {
  readonly privateKey: Uint8Array;
  readonly clock: Clock;
  readonly store: SeqStore;
  /** Hears of a sequence number that could not be saved; the record is in force all the same. */
  readonly onSaveError: (error: unknown) => void;
}

type ChangeListener = (record: Enr, reason: string) => void;

/** The record of the node that this process is. */
export class LocalRecord {
  readonly #options: LocalRecordOptions;
  readonly #entries = new Map<string, RlpInput>();
  readonly #endpoints = new Map<AddressFamily, LocalEndpoint>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #changed = new Set<string>();
  #current: Enr;
  #announcing = false;
  #saving: Promise<void> = Promise.resolve();

  /**
   * Continues after the sequence number saved last, or begins with the time in milliseconds, so that an identity whose
   * data was lost is still ahead of its earlier records (geth p2p/enode/nodedb.go localSeq).
   */
  static async open(options: LocalRecordOptions): Promise<LocalRecord> {
    const saved = await options.store.loadSeq();
    return new LocalRecord(options, saved === undefined ? BigInt(options.clock.now()) : saved + 1n);
  }

  private constructor(options: LocalRecordOptions, firstSeq: bigint) {
    this.#options = options;
    this.#current = signEnr({}, firstSeq, options.privateKey);
    this.#save(firstSeq);
  }

  /** The record in force. Changes made before this call are in it. */
  current(): Enr {
    this.#signIfChanged();
    return this.#current;
  }

  /** We as a node, at the endpoint of the record. */
  node(): Node {
    return nodeFromRecord(this.current());
  }

  /** Where we are reached by one family; undefined when not at all. An address that is all zeros counts as unknown. */
  setEndpoint(family: AddressFamily, endpoint: LocalEndpoint | undefined): void {
    if (endpoint === undefined) this.#endpoints.delete(family);
    else this.#endpoints.set(family, endpoint);
    const ip4 = this.#endpoints.get('ipv4');
    const ip6 = this.#endpoints.get('ipv6');
    // `udp` and `tcp` hold for both families; `udp6` and `tcp6` stand only where IPv6 differs (EIP-778).
    const common = ip4 ?? ip6;
    this.#set('ip', addressEntry(ip4));
    this.#set('ip6', addressEntry(ip6));
    this.#set('udp', portEntry(common?.udp, undefined));
    this.#set('tcp', portEntry(common?.tcp, undefined));
    this.#set('udp6', portEntry(ip6?.udp, common?.udp));
    this.#set('tcp6', portEntry(ip6?.tcp, common?.tcp));
  }

  /** The fork identifier of the chain that we are on; undefined for none. */
  setForkId(forkId: ForkId | undefined): void {
    this.#set('eth', forkId === undefined ? undefined : ethEntry(forkId));
  }

  /** Any other entry; undefined removes it. */
  setEntry(key: string, value: RlpInput | undefined): void {
    this.#set(key, value);
  }

  /** Hears of every new record, once for all changes made in one go; `reason` lists the entries that changed. */
  onChange(listener: ChangeListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves when the sequence number of the record in force is saved. */
  async saved(): Promise<void> {
    this.#signIfChanged();
    await this.#saving;
  }

  #set(key: string, value: RlpInput | undefined): void {
    if (sameEntry(this.#entries.get(key), value)) return;
    if (value === undefined) this.#entries.delete(key);
    else this.#entries.set(key, value);
    this.#changed.add(key);
    if (this.#announcing) return;
    this.#announcing = true;
    queueMicrotask(() => {
      this.#announcing = false;
      this.#signIfChanged();
    });
  }

  #signIfChanged(): void {
    if (this.#changed.size === 0) return;
    const reason = [...this.#changed].sort().join(', ');
    this.#changed.clear();
    const seq = this.#current.seq + 1n;
    this.#current = signEnr(Object.fromEntries(this.#entries), seq, this.#options.privateKey);
    this.#save(seq);
    for (const listener of [...this.#listeners]) listener(this.#current, reason);
  }

  /** Saves one after the other, so that an older number never overwrites a newer one. */
  #save(seq: bigint): void {
    this.#saving = this.#saving.then(() => this.#options.store.saveSeq(seq)).catch(this.#options.onSaveError);
  }
}

function addressEntry(endpoint: LocalEndpoint | undefined): RlpInput | undefined {
  const ip = endpoint?.ip;
  return ip === undefined || isUnspecified(ip) ? undefined : ipToBytes(ip);
}

function portEntry(port: number | undefined, common: number | undefined): RlpInput | undefined {
  return port === undefined || port === 0 || port === common ? undefined : port;
}

function sameEntry(a: RlpInput | undefined, b: RlpInput | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return compareBytes(encodeRlp(a), encodeRlp(b)) === 0;
}
