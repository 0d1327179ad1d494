/** The settings that outlive the process: one file, settings.json, that people may edit while the node is off. */
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

/** Version of settings.json that this program writes. */
export const SETTINGS_VERSION = 2;

const fileSchema = settingsChange.extend({ version: z.literal(SETTINGS_VERSION) });

/** What version 1 wrote where nobody had chosen: it wrote every value. */
const VERSION_1_DEFAULTS: Readonly<Record<string, unknown>> = {
  maxPeers: 50,
  maxPendingPeers: 50,
  dialRatio: 3,
  dynamicDials: true,
  acceptPreEip8: false,
  logLevel: 'info',
};

const pendingOfVersion1 = z.int().min(1).max(1_000);

/** Version 1 had one limit for both directions. A value that it would have refused stays, to be refused by its name. */
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
  maxBytes: 65_536,
};

/** Values that somebody chose; a key that is not there has the default. */
export type SavedSettings = Readonly<Partial<NodeSettings>>;

/** Keeps what the user set, and nothing else, in step with its file. */
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
   * Reads the file; without one nothing is set, and nothing is written until something is.
   * @param passOver settings whose values in the file are not looked at, and stay there
   * @throws SettingsError naming the line and the reason; the file stays as it is
   */
  static async open(
    file: string,
    replace: ReplaceFile = replaceFile,
    passOver: readonly SettingKey[] = [],
  ): Promise<SettingsStore> {
    return new SettingsStore(file, await readSaved(file, passOver), replace);
  }

  /** What the file holds, for a program that cannot wait yet. @throws SettingsError as `open` does */
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
   * Sets what `change` names. The file is read again before it is written: what another process or a person wrote
   * into it meanwhile stays, and comes into force.
   * @returns the keys whose values are others now
   * @throws SettingsError; file and settings are as they were
   */
  async update(change: SettingsChange): Promise<readonly SettingKey[]> {
    const keys = SETTING_KEYS.filter((key) => change[key] !== undefined);
    return await this.#replace(keys, (saved) => ({ ...saved, ...withoutUndefined(change) }));
  }

  /** Back to the default. @returns and @throws as `update` does */
  async reset(keys: readonly SettingKey[]): Promise<readonly SettingKey[]> {
    return await this.#replace(keys, (saved) => {
      const kept = SETTING_KEYS.filter((key) => !keys.includes(key) && saved[key] !== undefined);
      return Object.fromEntries(kept.map((key) => [key, saved[key]]));
    });
  }

  /** @param keys those that are replaced: what the file has of them may be wrong */
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

/** Whether two values of one setting say the same. */
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

function withoutUndefined(change: SettingsChange): SavedSettings {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** The file lists settings in the order of the table. */
function inOrder(saved: SavedSettings): object {
  return Object.fromEntries(
    SETTING_KEYS.filter((key) => saved[key] !== undefined).map((key) => [key, saved[key]]),
  );
}
