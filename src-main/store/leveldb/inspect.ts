/**
 * Checks a LevelDB folder before LevelDB opens it: verifies every checksum. LevelDB itself deletes tables and logs that its
 * MANIFEST does not name, and drops unreadable records of a log, so that damage must be found before.
 */
import { formatQuantity } from '../../../shared/format.ts';
import { compareBytes } from '../../base/bytes.ts';
import { isOwnKey } from '../keys.ts';
import { isLevelName, listFiles, readBytes, type FolderFile } from './folder-files.ts';
import { readLogFile } from './log-file.ts';
import { readManifestFile, type LiveTable, type Manifest } from './manifest-file.ts';
import { damageOfTable, isTableFile, rangeOfTable, readTableFile } from './table-file.ts';
import { readWriteBatch, type Entry } from './write-batch.ts';

/** Comparator of LevelDB's default options, and of this program's databases. */
const COMPARATOR = 'leveldb.BytewiseComparator';

/** BOUNDED: bytes of all manifests, tables and logs, our choice; a database of this program has less than 200 MB. */
const MAX_FOLDER_BYTES = 1_073_741_824;

/** Files of RocksDB, Pebble, and older versions of LevelDB. */
const OTHER_ENGINE = /^(?:OPTIONS-[0-9]+|IDENTITY|marker\..*|[0-9]+\.sst)$/;

/** A damage of the database. */
export interface Damage {
  /** Part of a sentence: `000005.ldb is missing`. */
  readonly text: string;
  /** Whether entries may be lost. */
  readonly loses: boolean;
}

/** The result of an inspection. */
export type Inspection =
  /** The folder has no database yet. */
  | { readonly state: 'new' }
  | { readonly state: 'whole' }
  /** The database of another program. */
  | { readonly state: 'foreign' }
  | {
      readonly state: 'damaged';
      readonly damages: readonly Damage[];
      /** Files that newer ones replace, which LevelDB would delete. */
      readonly obsolete: ReadonlySet<string>;
    };

/** Inspects all files of a folder and changes nothing. @throws StoreError `not-readable` or `not-a-folder` */
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
  /** Sequence numbers of the writes in the live logs. BOUNDED: MAX_FOLDER_BYTES. */
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
    // The keys decide: a file of another program may be in a folder of this program.
    if ((this.#hasOtherKeys || isOtherEngine) && !this.#hasOwnKeys) return { state: 'foreign' };
    if (this.#damages.length === 0) return { state: 'whole' };
    if (this.#isUnfinished(manifest)) return { state: 'new' };
    return { state: 'damaged', damages: this.#damages, obsolete: this.#stale ? new Set() : obsolete };
  }

  /** The MANIFEST that CURRENT names; where one of both is damaged, the newest readable MANIFEST. */
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
    // LevelDB creates a log before the MANIFEST names it.
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
      if (damaged > 0) this.#note(`${formatQuantity(damaged, 'byte')} of ${name} cannot be read`, true);
      if (unknown > 0) this.#note(`${name} contains records that are not writes`, true);
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
      // An outdated MANIFEST names tables that LevelDB has deleted since.
      if (bytes === 'missing') this.#stale = true;
      this.#note(`${name} is ${bytes}`, true);
      return;
    }
    const damaged = damageOfTable(bytes);
    if (damaged > 0 || bytes.length !== table.size) {
      const lost = Math.max(damaged, table.size - bytes.length, 1);
      this.#note(`${formatQuantity(Math.min(lost, table.size), 'byte')} of ${name} cannot be read`, true);
      return;
    }
    const range = rangeOfTable(bytes);
    if (
      range === undefined ||
      compareBytes(range.smallest, table.smallest) !== 0 ||
      compareBytes(range.largest, table.largest) !== 0
    ) {
      this.#note(`${name} does not have the key range that the MANIFEST has for it`, true);
    }
  }

  async #checkLooseTable(name: string): Promise<void> {
    const bytes = await readBytes(this.#folder, name);
    if (typeof bytes === 'string') {
      this.#note(`${name} is ${bytes}`, true);
      return;
    }
    const { entries, damaged } = readTableFile(bytes);
    if (damaged > 0) this.#note(`${formatQuantity(damaged, 'byte')} of ${name} cannot be read`, true);
    this.#learn(entries);
  }

  /**
   * Files that are left over after a kill contain only entries that a live table or log also contains. A file with other
   * entries is missing in the MANIFEST, which is outdated.
   */
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

  /** Finds files with entries under the name of another kind of file. LOCK is not read: see `rescueEntries`. */
  async #checkOthers(): Promise<void> {
    for (const { name, kind, size } of this.#files) {
      if ((kind !== 'lock' && kind !== 'other') || !isLevelName(name) || size === 0) continue;
      if (kind === 'lock' || (await this.#holdsEntries(name)))
        this.#note(`${name} has the content of another file`, false);
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

  /** Whether the process was killed while it created the database: there is no CURRENT yet, and there are no entries. */
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
