import type { Clock, Logger, Startable, Timer } from '../base/runtime.ts';
import type { SpaceFacts } from '../health/health-facts.ts';

/** Time between two measurements, milliseconds: our choice. The node writes far less than LOW bytes in that time. */
export const SPACE_INTERVAL_MS = 60_000;

/**
 * Free bytes from which a disk counts as short of space, and those from which it no longer does, so that it does not change
 * with every file. Our choice: LevelDB, a rotated log file and a rescued database need up to some hundred megabytes.
 */
const LOW = { below: 1_000_000_000, until: 1_250_000_000 } as const;
const CRITICAL = { below: 200_000_000, until: 300_000_000 } as const;

type Level = SpaceFacts['level'] | 'enough';

/** Constructor arguments of DiskSpaceWatch. */
export interface DiskSpaceParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The folders that the program writes to at this moment, most important first. */
  readonly folders: () => readonly string[];
  /** Free bytes on the disk of a folder; undefined when they are not known. */
  readonly freeBytesOf: (folder: string) => Promise<number | undefined>;
}

/** Measures the free space of the disks that the program writes to, so that health can warn before one is full. */
export class DiskSpaceWatch implements Startable {
  readonly #parts: DiskSpaceParts;
  /** The disks that are short of space, by folder. BOUNDED: by `folders`. */
  #short: ReadonlyMap<string, SpaceFacts> = new Map();
  #timer: Timer | undefined;
  #isRunning = false;

  constructor(parts: DiskSpaceParts) {
    this.#parts = parts;
  }

  /** The disk with the least space in the sense of its level; undefined when all have enough. */
  get shortest(): SpaceFacts | undefined {
    const all = [...this.#short.values()];
    return all.find(({ level }) => level === 'critical') ?? all[0];
  }

  /** Measures now and then every SPACE_INTERVAL_MS. Resolves after the first measurement. */
  async start(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    await this.#run();
  }

  stop(): Promise<void> {
    this.#isRunning = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    return Promise.resolve();
  }

  async #run(): Promise<void> {
    await this.#measure();
    if (!this.#isRunning) return;
    this.#timer = this.#parts.clock.after(SPACE_INTERVAL_MS, () => void this.#run());
  }

  async #measure(): Promise<void> {
    const short = new Map<string, SpaceFacts>();
    for (const folder of new Set(this.#parts.folders())) {
      const before = this.#short.get(folder);
      const freeBytes = await this.#parts.freeBytesOf(folder);
      const level = freeBytes === undefined ? 'enough' : levelAfter(before?.level ?? 'enough', freeBytes);
      if (freeBytes !== undefined && level !== 'enough') short.set(folder, { folder, freeBytes, level });
      this.#report(folder, before?.level ?? 'enough', level, freeBytes);
    }
    this.#short = short;
  }

  #report(folder: string, before: Level, after: Level, freeBytes: number | undefined): void {
    if (before === after) return;
    const { logger } = this.#parts;
    const fields = { folder, freeBytes };
    if (after === 'enough') logger.info('the disk has enough space again', fields);
    else if (after === 'low') logger.warn('the disk has little space left', fields);
    else logger.error('the disk is nearly full', fields);
  }
}

function levelAfter(before: Level, freeBytes: number): Level {
  if (freeBytes < CRITICAL.below || (before === 'critical' && freeBytes < CRITICAL.until)) return 'critical';
  if (freeBytes < LOW.below || (before !== 'enough' && freeBytes < LOW.until)) return 'low';
  return 'enough';
}
