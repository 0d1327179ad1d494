import type { HealthCheck } from '../../shared/model/node.ts';
import { formatBytes, formatQuantity } from '../../shared/format.ts';
import { check, type StorageFacts } from './health-facts.ts';

/** Title and advice for each fault of the disk. */
const DISK_FAULTS = {
  'disk-full': ['Disk is full', 'Free disk space. Writing resumes automatically.'],
  'disk-read-only': ['Disk is read-only', 'Mount it read-write, or choose another data folder.'],
  'disk-failing': ['Disk errors', 'Check the disk and back up the data folder.'],
} as const;

/** Warns before a disk is full; nothing to say while there is enough space. */
export function spaceCheck({ space }: Pick<StorageFacts, 'space'>): HealthCheck | undefined {
  if (space === undefined) return undefined;
  const { folder, freeBytes, level } = space;
  return check(
    'disk-space',
    level === 'critical' ? 'bad' : 'warning',
    level === 'critical' ? 'Disk is nearly full' : 'Disk has little space left',
    `${formatBytes(freeBytes)} free on the disk of ${folder}`,
    'Free disk space. The settings limit log files, past sessions and known nodes; an archive of blocks takes most.',
  );
}

/** Number of damaged copies from which health asks for a decision: our choice. */
const MANY_COPIES = 10;

/** Checks whether the database can be written, and reports a recovery. */
export function storageCheck(facts: StorageFacts): HealthCheck {
  const { nodes, failure, diskFault, recovery, copies = { count: 0, bytes: 0 } } = facts;
  const id = 'database';
  if (failure !== undefined) {
    const [title, advice] =
      diskFault === undefined
        ? ['Database cannot be written', 'Check the free space and the permissions of the data folder.']
        : DISK_FAULTS[diskFault];
    return check(id, 'bad', title, failure, advice);
  }
  if (recovery !== undefined) {
    const { damage, kept, copy, replaced } = recovery;
    if (replaced) {
      const evidence = `${damage}. Bans, past sessions and known nodes are lost in the new database.`;
      return check(
        id,
        'bad',
        'Database could not be repaired and was replaced by an empty one',
        evidence,
        `The damaged files are in ${copy}. Check the disk.`,
      );
    }
    const advice = `The damaged files are in ${copy}. Delete them if nothing is missing.`;
    return check(id, 'warning', 'Database was damaged and repaired', `${damage}. ${kept}`, advice);
  }
  const known = `${formatQuantity(nodes, 'node')} known`;
  if (copies.count === 0) return check(id, 'good', 'Database', known);
  const kept = `${formatQuantity(copies.count, 'damaged copy', 'damaged copies')} kept (${formatBytes(copies.bytes)})`;
  const advice = 'Check the disk. Delete the folders database.damaged-… that you do not need.';
  return copies.count < MANY_COPIES
    ? check(id, 'good', 'Database', `${known}; ${kept}`)
    : check(id, 'warning', 'Database was often damaged', `${known}; ${kept}`, advice);
}
