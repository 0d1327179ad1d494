/** The saved settings: settings.json, which the user may edit. */
import { z } from 'zod';
import {
  SETTING_KEYS,
  settingsChange,
  type NodeSettings,
  type SettingKey,
  type SettingsChange,
} from '../../shared/settings-table.ts';
import { readJsonFile, readJsonFileNow, writeJsonFile, type JsonFileFormat } from './json-file.ts';
import { replaceFile, type ReplaceFile } from './replace-file.ts';
import { SerialQueue } from '../base/serial-queue.ts';
import { withoutUndefined } from '../base/without-undefined.ts';

/** Current version of settings.json. */
export const SETTINGS_VERSION = 2;

const fileSchema = settingsChange.extend({ version: z.literal(SETTINGS_VERSION) });

/** Defaults of version 1, which wrote every value to the file, also those that the user had not set. */
const VERSION_1_DEFAULTS: Readonly<Record<string, unknown>> = {
  maxPeers: 50,
  maxPendingPeers: 50,
  dialRatio: 3,
  dynamicDials: true,
  acceptPreEip8: false,
  logLevel: 'info',
};

const pendingOfVersion1 = z.int().min(1).max(1_000);

/** Migrates version 1, which had one pending limit for both directions. An invalid value stays and is refused later. */
function fromVersion1(content: object): object {
  const chosen = Object.entries(content).filter(([key, value]) => VERSION_1_DEFAULTS[key] !== value);
  const { maxPendingPeers, ...rest } = Object.fromEntries(chosen) as Record<string, unknown>;
  const pending = pendingOfVersion1.safeParse(maxPendingPeers);
  return {
    ...rest,
    version: SETTINGS_VERSION,
    ...(pending.success && { maxPendingInbound: pending.data, maxPendingOutbound: pending.data }),
    ...(!pending.success && maxPendingPeers !== undefined && { maxPendingPeers }),
  };
}

const SETTINGS_FORMAT: JsonFileFormat<z.output<typeof fileSchema>> = {
  schema: fileSchema,
  version: SETTINGS_VERSION,
  migrations: { 1: fromVersion1 },
  maxBytes: 262_144,
};

/** The settings that the user set; a missing key has its default. */
export type SavedSettings = Readonly<Partial<NodeSettings>>;

/** The saved settings in memory and in their file. */
export class SettingsStore {
  readonly #file: string;
  readonly #replaceFile: ReplaceFile;
  #saved: SavedSettings;
  readonly #queue = new SerialQueue();

  private constructor(file: string, saved: SavedSettings, replace: ReplaceFile) {
    this.#file = file;
    this.#replaceFile = replace;
    this.#saved = saved;
  }

  /**
   * Reads the file; nothing is set when there is none. The first change creates it.
   * @param passOver settings whose values in the file are ignored, also when they are invalid
   * @throws SettingsError with the line and the reason; the file is not changed
   */
  static async open(
    file: string,
    replace: ReplaceFile = replaceFile,
    passOver: readonly SettingKey[] = [],
  ): Promise<SettingsStore> {
    return new SettingsStore(file, await readSaved(file, passOver), replace);
  }

  /** Reads the file synchronously, for use during startup. @throws SettingsError as `open` */
  static readNow(file: string, passOver: readonly SettingKey[] = []): SavedSettings {
    return savedOf(readJsonFileNow(file, { ...SETTINGS_FORMAT, passOver }));
  }

  /** The file's path. */
  get file(): string {
    return this.#file;
  }

  saved(): SavedSettings {
    return this.#saved;
  }

  /**
   * Changes settings. Reads the file again before it writes: changes that the user or another process made to the file are
   * kept and take effect.
   * @returns the keys whose values changed
   * @throws SettingsError; file and settings are unchanged
   */
  async update(change: SettingsChange): Promise<readonly SettingKey[]> {
    const keys = SETTING_KEYS.filter((key) => change[key] !== undefined);
    return await this.#replace(keys, (saved) => ({ ...saved, ...withoutUndefined(change) }));
  }

  /** Resets settings to their defaults. @returns and @throws as `update` */
  async reset(keys: readonly SettingKey[]): Promise<readonly SettingKey[]> {
    return await this.#replace(keys, (saved) => {
      const kept = SETTING_KEYS.filter((key) => !keys.includes(key) && saved[key] !== undefined);
      return Object.fromEntries(kept.map((key) => [key, saved[key]]));
    });
  }

  /**
   * Reads the file again. Where it is gone nothing changes: an editor may be about to replace it.
   * @param mine the settings that count here; others are not read
   * @param check refuses the new values by throwing; an undefined value is a default again
   * @returns the keys whose values changed
   * @throws SettingsError, and what `check` throws; the settings are unchanged
   */
  async reload(
    mine: readonly SettingKey[],
    check: (change: SavedSettings) => Promise<void>,
  ): Promise<readonly SettingKey[]> {
    return await this.#queue.run(async () => {
      const content = await readJsonFile(this.#file, SETTINGS_FORMAT);
      if (content === undefined) return [];
      const next = savedOf(content);
      const keys = mine.filter((key) => !isSameValue(this.#saved[key], next[key]));
      if (keys.length > 0) await check(Object.fromEntries(keys.map((key) => [key, next[key]])));
      this.#saved = next;
      return keys;
    });
  }

  /** @param keys the changed settings, whose current values in the file may be invalid */
  async #replace(
    keys: readonly SettingKey[],
    change: (saved: SavedSettings) => SavedSettings,
  ): Promise<readonly SettingKey[]> {
    return await this.#queue.run(async () => {
      const before = this.#saved;
      const next = change(await readSaved(this.#file, keys));
      await writeJsonFile(this.#file, { version: SETTINGS_VERSION, ...inOrder(next) }, this.#replaceFile);
      this.#saved = next;
      return SETTING_KEYS.filter((key) => !isSameValue(before[key], next[key]));
    });
  }
}

/** Whether two values of a setting are equal. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

async function readSaved(file: string, passOver: readonly SettingKey[]): Promise<SavedSettings> {
  return savedOf(await readJsonFile(file, { ...SETTINGS_FORMAT, passOver }));
}

function savedOf(content: z.output<typeof fileSchema> | undefined): SavedSettings {
  if (content === undefined) return {};
  const { version: _, ...saved } = content;
  return withoutUndefined(saved);
}

/** The settings in the order of the settings table. */
function inOrder(saved: SavedSettings): object {
  return Object.fromEntries(
    SETTING_KEYS.filter((key) => saved[key] !== undefined).map((key) => [key, saved[key]]),
  );
}
