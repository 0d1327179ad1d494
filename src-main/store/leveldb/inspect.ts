/**
 * A look at a LevelDB folder before LevelDB opens it. LevelDB deletes tables and logs that its MANIFEST does not name and
 * drops what it cannot read of a log, so that damage has to be found before: every checksum is verified here.
 */
import { compareBytes } from '../../base/bytes.ts';
import { isOwnKey } from '../keys.ts';
import { isLevelName, listFiles, readBytes, type FolderFile } from './folder-files.ts';
import { readLogFile } from './log-file.ts';
import { readManifestFile, type LiveTable, type Manifest } from './manifest-file.ts';
import { damageOfTable, isTableFile, rangeOfTable, readTableFile } from './table-file.ts';
import { readWriteBatch, type Entry } from './write-batch.ts';

const COMPARATOR = 'leveldb.BytewiseComparator';

/** BOUNDED: our choice, bytes of manifests, tables and logs together; a database of ours has below 200 MB. */
const MAX_FOLDER_BYTES = 1_073_741_824;

/** Files of RocksDB and Pebble, and of a LevelDB older than ours. */
const OTHER_ENGINE = /^(?:OPTIONS-[0-9]+|IDENTITY|marker\..*|[0-9]+\.sst)$/;

/** One thing that is wrong. */
export interface Damage {
  /** Part of a sentence: `000005.ldb is missing`. */
  readonly text: string;
  /** Whether entries may be lost with it. */
  readonly loses: boolean;
}

/** What a folder is. */
export type Inspection =
  /** No database yet. */
  | { readonly state: 'new' }
  | { readonly state: 'whole' }
  /** Another program's. */
  | { readonly state: 'foreign' }
  | {
      readonly state: 'damaged';
      readonly damages: readonly Damage[];
      /** Files that LevelDB would have deleted, as newer ones took their place. */
      readonly obsolete: ReadonlySet<string>;
    };

/** Looks at all files of a folder; changes nothing. @throws StoreError `not-readable` */
export async function inspectFolder(folder: string): Promise<Inspection> {
  const files = await listFiles(folder);
  const total = files.reduce((sum, { kind, size }) => sum + (kind === 'other' ? 0 : size), 0);
  if (total > MAX_FOLDER_BYTES) return { state: 'foreign' };
  return await new Inspector(folder, files).inspect();
}

class Inspector {
  readonly #folder: string;
  readonly #files: readonly FolderFile[];
  readonly #damages: Damage[] = [];
  /** Of the writes in the logs in use. */
  readonly #logged = new Set<number>();
  #hasOwnKeys = false;
  #hasOtherKeys = false;
  /** Whether the MANIFEST may be older than the tables. */
  #stale = false;

  constructor(folder: string, files: readonly FolderFile[]) {
    this.#folder = folder;
    this.#files = files;
  }

  async inspect(): Promise<Inspection> {
    const isOtherEngine = this.#files.some(({ name }) => OTHER_ENGINE.test(name));
    if (!this.#files.some(({ kind }) => kind !== 'lock' && kind !== 'other'))
      return { state: isOtherEngine ? 'foreign' : 'new' };
    const manifest = await this.#manifest();
    if (manifest !== undefined && manifest.comparator !== COMPARATOR) return { state: 'foreign' };
    const obsolete = new Set(
      this.#files.filter((file) => isObsolete(file, manifest)).map(({ name }) => name),
    );
    await this.#checkLogs(manifest, obsolete);
    await this.#checkTables(manifest);
    await this.#checkObsolete(obsolete, manifest?.lastSequence ?? 0);
    await this.#checkOthers();
    // Keys decide: a file of another program may lie in a folder of ours.
    if ((this.#hasOtherKeys || isOtherEngine) && !this.#hasOwnKeys) return { state: 'foreign' };
    if (this.#damages.length === 0) return { state: 'whole' };
    if (this.#isUnfinished(manifest)) return { state: 'new' };
    return { state: 'damaged', damages: this.#damages, obsolete: this.#stale ? new Set() : obsolete };
  }

  /** What CURRENT names; where that is damaged, the newest other one. */
  async #manifest(): Promise<Manifest | undefined> {
    const bytes = await readBytes(this.#folder, 'CURRENT');
    if (typeof bytes === 'string') {
      this.#note(`CURRENT is ${bytes}`, false);
      return await this.#newestManifest();
    }
    const name = /^(MANIFEST-[0-9]{1,15})\n$/.exec(
      new TextDecoder('latin1').decode(bytes.subarray(0, 40)),
    )?.[1];
    if (name === undefined) {
      this.#note('CURRENT names no MANIFEST', false);
      return await this.#newestManifest();
    }
    const named = await this.#readManifest(name);
    if (named !== undefined) return named;
    const isThere = this.#files.some((file) => file.name === name);
    this.#note(`${name} is ${isThere ? 'damaged' : 'missing'}`, false);
    return await this.#newestManifest();
  }

  async #newestManifest(): Promise<Manifest | undefined> {
    const manifests = this.#files.filter(({ kind }) => kind === 'manifest');
    for (const { name } of manifests.sort((a, b) => b.number - a.number)) {
      const manifest = await this.#readManifest(name);
      if (manifest !== undefined) return manifest;
    }
    return undefined;
  }

  async #readManifest(name: string): Promise<Manifest | undefined> {
    const bytes = await readBytes(this.#folder, name);
    return typeof bytes === 'string' ? undefined : readManifestFile(bytes);
  }

  async #checkLogs(manifest: Manifest | undefined, obsolete: ReadonlySet<string>): Promise<void> {
    const logs = this.#files.filter(({ kind, name }) => kind === 'log' && !obsolete.has(name));
    // LevelDB makes the log before it names it.
    if (logs.length === 0 && manifest !== undefined && manifest.logNumber > 0) {
      this.#note(`${String(manifest.logNumber).padStart(6, '0')}.log is missing`, true);
    }
    for (const { name } of logs) {
      const bytes = await readBytes(this.#folder, name);
      if (typeof bytes === 'string') {
        this.#note(`${name} is ${bytes}`, true);
        continue;
      }
      const { records, damaged } = readLogFile(bytes);
      const batches = records.map(readWriteBatch);
      const unknown = batches.filter((batch) => batch === undefined).length;
      if (damaged > 0) this.#note(`${bytesText(damaged)} of ${name} cannot be read`, true);
      if (unknown > 0) this.#note(`${name} holds what is no write`, true);
      for (const batch of batches) this.#learn(batch ?? []);
      for (const { sequence } of batches.flatMap((batch) => batch ?? [])) this.#logged.add(sequence);
    }
  }

  async #checkTables(manifest: Manifest | undefined): Promise<void> {
    if (manifest === undefined) {
      for (const { name, kind } of this.#files) if (kind === 'table') await this.#checkLooseTable(name);
      return;
    }
    for (const table of manifest.tables) {
      this.#learnKey(table.smallest);
      this.#learnKey(table.largest);
      await this.#checkTable(table);
    }
  }

  async #checkTable(table: LiveTable): Promise<void> {
    const name = `${String(table.number).padStart(6, '0')}.ldb`;
    const bytes = await readBytes(this.#folder, name);
    if (typeof bytes === 'string') {
      // A MANIFEST older than its folder names tables that are gone.
      if (bytes === 'missing') this.#stale = true;
      this.#note(`${name} is ${bytes}`, true);
      return;
    }
    const damaged = damageOfTable(bytes);
    if (damaged > 0 || bytes.length !== table.size) {
      const lost = Math.max(damaged, table.size - bytes.length, 1);
      this.#note(`${bytesText(Math.min(lost, table.size))} of ${name} cannot be read`, true);
      return;
    }
    const range = rangeOfTable(bytes);
    if (
      range === undefined ||
      compareBytes(range.smallest, table.smallest) !== 0 ||
      compareBytes(range.largest, table.largest) !== 0
    ) {
      this.#note(`${name} holds other entries than the MANIFEST says`, true);
    }
  }

  async #checkLooseTable(name: string): Promise<void> {
    const bytes = await readBytes(this.#folder, name);
    if (typeof bytes === 'string') {
      this.#note(`${name} is ${bytes}`, true);
      return;
    }
    const { entries, damaged } = readTableFile(bytes);
    if (damaged > 0) this.#note(`${bytesText(damaged)} of ${name} cannot be read`, true);
    this.#learn(entries);
  }

  /** What LevelDB left over when it was killed holds what the tables in use hold, or what a log in use does. */
  async #checkObsolete(obsolete: ReadonlySet<string>, lastSequence: number): Promise<void> {
    for (const name of obsolete) {
      const bytes = await readBytes(this.#folder, name);
      if (typeof bytes === 'string') continue;
      const entries = name.endsWith('.log')
        ? readLogFile(bytes).records.flatMap((record) => readWriteBatch(record) ?? [])
        : readTableFile(bytes).entries;
      if (!entries.some(({ sequence }) => sequence > lastSequence && !this.#logged.has(sequence))) continue;
      this.#stale = true;
      this.#note(`the MANIFEST does not name ${name}`, false);
    }
  }

  /** What holds entries under the name of something else was swapped. LOCK is not read: see `rescueEntries`. */
  async #checkOthers(): Promise<void> {
    for (const { name, kind, size } of this.#files) {
      if ((kind !== 'lock' && kind !== 'other') || !isLevelName(name) || size === 0) continue;
      if (kind === 'lock' || (await this.#holdsEntries(name)))
        this.#note(`${name} holds what is not its own`, false);
    }
  }

  async #holdsEntries(name: string): Promise<boolean> {
    const bytes = await readBytes(this.#folder, name);
    if (typeof bytes === 'string') return false;
    return (
      isTableFile(bytes) || readLogFile(bytes).records.some((record) => readWriteBatch(record) !== undefined)
    );
  }

  #learn(entries: readonly Entry[]): void {
    for (const { key } of entries) this.#learnKey(key);
  }

  #learnKey(key: Uint8Array): void {
    if (isOwnKey(new TextDecoder('latin1').decode(key))) this.#hasOwnKeys = true;
    else this.#hasOtherKeys = true;
  }

  /** LevelDB was killed while it made the database: there is no CURRENT yet, and nothing to lose. */
  #isUnfinished(manifest: Manifest | undefined): boolean {
    return (
      !this.#hasOwnKeys &&
      this.#damages.every(({ loses }) => !loses) &&
      !this.#files.some(
        ({ kind, size }) => kind === 'current' || kind === 'table' || (kind === 'log' && size > 0),
      ) &&
      (manifest?.tables ?? []).length === 0
    );
  }

  #note(text: string, loses: boolean): void {
    this.#damages.push({ text, loses });
  }
}

function isObsolete({ kind, number }: FolderFile, manifest: Manifest | undefined): boolean {
  if (manifest === undefined) return false;
  if (kind === 'log') return number < manifest.logNumber;
  return kind === 'table' && !manifest.tables.some((table) => table.number === number);
}

const bytesText = (count: number): string => `${count.toLocaleString('en')} byte${count === 1 ? '' : 's'}`;
