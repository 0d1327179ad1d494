import { basename } from 'node:path';
import type { ImportView } from '../../shared/model/chain.ts';
import { asFailure } from '../base/errors.ts';
import type { Clock, Logger } from '../base/runtime.ts';
import type { Network } from '../chain/networks.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { ArchiveState } from './archive-values.ts';
import { openBlockFile } from './block-file.ts';
import { importBlocks, type ImportProgress } from './import-blocks.ts';
import { unlessImported } from './unless-imported.ts';
import { withBlockFile } from './with-block-file.ts';

/** What an import works with. */
export interface ImportServices {
  /** Paths in the order of their blocks; at least one. */
  readonly files: readonly string[];
  readonly store: ArchiveStore;
  readonly network: Network;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Imports files while the node runs, without missing ones that were imported earlier. A failure ends the import and is shown; the blocks before it stay. */
export class BackgroundImport {
  readonly #services: ImportServices;
  readonly #abort = new AbortController();
  /** Blocks that were there before. */
  readonly #before: bigint;
  #run: Promise<void> | undefined;
  #view: Omit<ImportView, 'blocks'>;

  constructor(services: ImportServices) {
    this.#services = services;
    const { files, store } = services;
    this.#before = blocksIn(store.state);
    this.#view = {
      ...{ state: 'running', file: basename(files[0] ?? ''), place: 1, files: files.length },
      ...{ bytesRead: 0, bytes: 0, failure: null },
    };
  }

  /** How far it is. */
  view(): ImportView {
    return { ...this.#view, blocks: String(blocksIn(this.#services.store.state) - this.#before) };
  }

  /** Begins the import, or begins it again after a failure. Returns at once. */
  start(): void {
    if (this.#abort.signal.aborted) return;
    if (this.#run !== undefined && this.#view.state !== 'failed') return;
    this.#run = this.#importAll();
  }

  /** Ends the import for good after the block in work. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#run;
  }

  async #importAll(): Promise<void> {
    const { files, store, logger } = this.#services;
    try {
      for (const [at, path] of files.entries()) {
        const result = await unlessImported(path, store, () => this.#importFile(path, at + 1));
        if (result === undefined) {
          logger.info('a missing file is skipped: it was imported earlier', { file: path });
          continue;
        }
        const { added, known, withReceipts, isInterrupted } = result;
        if (isInterrupted) return;
        logger.info('a file was imported', { file: path, added, known, withReceipts });
      }
      this.#view = { ...this.#view, state: 'done', bytesRead: this.#view.bytes };
    } catch (error) {
      const failure = asFailure(error);
      this.#view = { ...this.#view, state: 'failed', failure };
      logger.error('the import failed', { reason: failure.message });
    }
  }

  async #importFile(path: string, place: number): ReturnType<typeof importBlocks> {
    const { store, network, clock } = this.#services;
    return await withBlockFile(path, openBlockFile, async (file) => {
      this.#view = {
        ...{ ...this.#view, state: 'running', file: basename(path), place },
        ...{ bytesRead: 0, bytes: file.size, failure: null },
      };
      const onProgress = ({ fraction }: ImportProgress): void => {
        this.#view = { ...this.#view, bytesRead: Math.round(file.size * Math.min(1, fraction)) };
      };
      return await importBlocks(file, store, { network, clock, signal: this.#abort.signal, onProgress });
    });
  }
}

function blocksIn(state: ArchiveState | undefined): bigint {
  return state === undefined ? 0n : state.latest - state.earliest + 1n;
}
