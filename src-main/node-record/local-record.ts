/** The local node record: signed again after each change, with an increasing sequence number. */
import type { ForkId } from '../chain/fork-id.ts';
import { compareBytes } from '../base/bytes.ts';
import { ipToBytes, isUnspecified } from '../base/ip.ts';
import type { AddressFamily } from '../base/network.ts';
import { encodeRlp, type RlpInput } from '../base/rlp.ts';
import type { Clock, Unsubscribe } from '../base/runtime.ts';
import { ethEntry, signEnr, type Enr } from './enr.ts';
import { nodeFromRecord } from './node-factory.ts';
import type { Node } from './node.ts';

/** Persistent storage of the sequence number. */
export interface SeqStore {
  /** The last saved number; undefined for a new node key. */
  loadSeq(): Promise<bigint | undefined>;
  saveSeq(seq: bigint): Promise<void>;
}

/** The endpoint of the local node for one address family, as it is announced. */
export interface AnnouncedEndpoint {
  /** Undefined while the external address is unknown. */
  readonly ip: string | undefined;
  /** 0 when the service is off. */
  readonly udp: number;
  readonly tcp: number;
}

/** Options of LocalRecord. */
export interface LocalRecordOptions {
  readonly privateKey: Uint8Array;
  readonly clock: Clock;
  readonly store: SeqStore;
  /** Called when a sequence number could not be saved. The record is used nevertheless. */
  readonly onSaveError: (error: unknown) => void;
}

type ChangeListener = (record: Enr, keys: readonly string[]) => void;

/** The record of the local node. */
export class LocalRecord {
  readonly #options: LocalRecordOptions;
  readonly #entries = new Map<string, RlpInput>();
  readonly #endpoints = new Map<AddressFamily, AnnouncedEndpoint>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #changed = new Set<string>();
  #current: Enr;
  #announcing = false;
  #saving: Promise<void> = Promise.resolve();

  /**
   * Creates the record. Its sequence number is the successor of the last saved one, or the time in milliseconds: after a
   * loss of the data, it is still higher than those of earlier records (geth p2p/enode/nodedb.go localSeq).
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

  /** The current record, which includes all changes before this call. */
  current(): Enr {
    this.#signIfChanged();
    return this.#current;
  }

  /** The local node with the endpoint of the record. */
  node(): Node {
    return nodeFromRecord(this.current());
  }

  /** Sets the endpoint of a family; undefined: none. An unspecified address (0.0.0.0, ::) counts as unknown. */
  setEndpoint(family: AddressFamily, endpoint: AnnouncedEndpoint | undefined): void {
    if (endpoint === undefined) this.#endpoints.delete(family);
    else this.#endpoints.set(family, endpoint);
    const ip4 = this.#endpoints.get('ipv4');
    const ip6 = this.#endpoints.get('ipv6');
    // `udp` and `tcp` apply to both families; `udp6` and `tcp6` are set only when IPv6 differs (EIP-778).
    const common = ip4 ?? ip6;
    this.#set('ip', addressEntry(ip4));
    this.#set('ip6', addressEntry(ip6));
    this.#set('udp', portEntry(common?.udp, undefined));
    this.#set('tcp', portEntry(common?.tcp, undefined));
    this.#set('udp6', portEntry(ip6?.udp, common?.udp));
    this.#set('tcp6', portEntry(ip6?.tcp, common?.tcp));
  }

  /** Sets the fork ID of the chain; undefined: none. */
  setForkId(forkId: ForkId | undefined): void {
    this.#set('eth', forkId === undefined ? undefined : ethEntry(forkId));
  }

  /** Sets any other entry; undefined removes it. */
  setEntry(key: string, value: RlpInput | undefined): void {
    this.#set(key, value);
  }

  /** Calls the listener for each new record, with the sorted keys of the changed entries. Synchronous changes make one record. */
  onChange(listener: ChangeListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Resolves when the sequence number of the current record is saved, or could not be saved. */
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
    const keys = [...this.#changed].sort();
    this.#changed.clear();
    const seq = this.#current.seq + 1n;
    this.#current = signEnr(Object.fromEntries(this.#entries), seq, this.#options.privateKey);
    this.#save(seq);
    for (const listener of [...this.#listeners]) listener(this.#current, keys);
  }

  /** Saves the numbers one after the other, so that an older number never overwrites a newer one. */
  #save(seq: bigint): void {
    this.#saving = this.#saving.then(() => this.#options.store.saveSeq(seq)).catch(this.#options.onSaveError);
  }
}

function addressEntry(endpoint: AnnouncedEndpoint | undefined): RlpInput | undefined {
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
