import type { HealthCheck } from '../../shared/model/node.ts';
import { check, some, type StorageFacts } from './health-facts.ts';

/** Title and advice for each fault of the disk. */
const DISK_FAULTS = {
  'disk-full': ['Disk is full', 'Free disk space. Writing resumes automatically.'],
  'disk-read-only': ['Disk is read-only', 'Mount it read-write, or choose another data folder.'],
  'disk-failing': ['Disk errors', 'Check the disk and back up the data folder.'],
} as const;

/** Checks whether the database can be written, and reports a recovery. */
export function storageCheck(facts: StorageFacts): HealthCheck {
  const { nodes, failure, diskFault, recovery, copies = 0 } = facts;
  const id = 'database';
  if (failure !== undefined) {
    const [title, advice] =
      diskFault === undefined
        ? ['Database cannot be written', 'Check the free space and the permissions of the data folder.']
        : DISK_FAULTS[diskFault];
    return check(id, 'bad', title, failure, advice);
  }
  if (recovery !== undefined) {
    const { damage, kept, copy } = recovery;
    const advice = `The damaged files are in ${copy}. Delete them if nothing is missing.`;
    return check(id, 'warning', 'Database was damaged and repaired', `${damage}. ${kept}`, advice);
  }
  const known = `${some(nodes, 'node')} known`;
  return check(
    id,
    'good',
    'Database',
    copies === 0 ? known : `${known}; ${some(copies, 'damaged copy', 'damaged copies')} kept`,
  );
}
