/** The settings that outlive the process: one file, settings.json, that people may edit while the node is off. */
import { z } from 'zod';
import { API_REQUESTS } from '../../shared/api-contract.ts';
import type { RuntimeSettings } from '../../shared/model/settings.ts';
import type { Unsubscribe } from '../leaf/runtime.ts';
import { readJsonFile, writeJsonFile, type JsonFileFormat } from './json-file.ts';
import { Turns } from './turns.ts';

/** Version of settings.json that this program writes. */
export const SETTINGS_VERSION = 1;

/** What holds where the file says nothing: go-ethereum's defaults (node/defaults.go, p2p/server.go). */
export const DEFAULT_SETTINGS: RuntimeSettings = {
  maxPeers: 50,
  maxPendingPeers: 50,
  dialRatio: 3,
  dynamicDials: true,
  acceptPreEip8: false,
  logLevel: 'info',
};

/** A change of some settings; `undefined` is not a value. */
export type SettingsChange = z.output<(typeof API_REQUESTS)['settings.update']['params']>;

const fileSchema = API_REQUESTS['settings.update'].params.extend({ version: z.literal(SETTINGS_VERSION) });

const SETTINGS_FORMAT: JsonFileFormat<z.output<typeof fileSchema>> = {
  schema: fileSchema,
  version: SETTINGS_VERSION,
  migrations: {},
  maxBytes: 65_536,
};

/** Keeps the settings and their file alike. */
export class SettingsStore {
  readonly #file: string;
  readonly #listeners = new Set<(settings: RuntimeSettings) => void>();
  #current: RuntimeSettings;
  readonly #turns = new Turns();

  private constructor(file: string, settings: RuntimeSettings) {
    this.#file = file;
    this.#current = settings;
  }

  /**
   * Reads the file; without one the defaults hold, and nothing is written until something changes.
   * @throws SettingsError naming the line and the reason; the file stays as it is
   */
  static async open(file: string): Promise<SettingsStore> {
    return new SettingsStore(file, merge(DEFAULT_SETTINGS, await readJsonFile(file, SETTINGS_FORMAT)));
  }

  current(): RuntimeSettings {
    return this.#current;
  }

  /**
   * Changes settings: written first, then in force. `change` has passed the contract's schema.
   * @throws SettingsError `not-writable`; the settings are as they were
   */
  async update(change: SettingsChange): Promise<RuntimeSettings> {
    return await this.#turns.run(async () => {
      const next = merge(this.#current, change);
      await writeJsonFile(this.#file, { version: SETTINGS_VERSION, ...next });
      this.#current = next;
      for (const listener of this.#listeners) listener(next);
      return next;
    });
  }

  onChange(listener: (settings: RuntimeSettings) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function merge(base: RuntimeSettings, change: SettingsChange | undefined): RuntimeSettings {
  return {
    maxPeers: change?.maxPeers ?? base.maxPeers,
    maxPendingPeers: change?.maxPendingPeers ?? base.maxPendingPeers,
    dialRatio: change?.dialRatio ?? base.dialRatio,
    dynamicDials: change?.dynamicDials ?? base.dynamicDials,
    acceptPreEip8: change?.acceptPreEip8 ?? base.acceptPreEip8,
    logLevel: change?.logLevel ?? base.logLevel,
  };
}
