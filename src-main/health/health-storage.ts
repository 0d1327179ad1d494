import type { HealthCheck } from '../../shared/model/node.ts';
import { check, some, type StorageFacts } from './health-facts.ts';

/** What to call a disk that takes nothing, and what helps. */
const DISK_FAULTS = {
  'disk-full': ['Disk is full', 'Free some space on this disk; saving goes on by itself.'],
  'disk-read-only': ['Disk is read-only', 'Mount it writable, or choose another data folder.'],
  'disk-failing': ['Disk fails', 'Check the disk, and keep a copy of the data folder elsewhere.'],
} as const;

/** Whether what a person sets, and what the node learns, is saved. */
export function storageCheck(facts: StorageFacts): HealthCheck {
  const { nodes, failure, diskFault, recovery, copies = 0 } = facts;
  const id = 'database';
  if (failure !== undefined) {
    const [title, advice] =
      diskFault === undefined
        ? ['Database cannot be written', 'Check the free space and the rights of the data folder.']
        : DISK_FAULTS[diskFault];
    return check(id, 'bad', title, failure, advice);
  }
  if (recovery !== undefined) {
    const { damage, kept, copy } = recovery;
    const advice = `The damaged files are in ${copy}: keep them while something is missing, else delete them.`;
    return check(id, 'look', 'Database was damaged and repaired', `${damage}. ${kept}`, advice);
  }
  const known = `${some(nodes, 'node')} known`;
  return check(
    id,
    'good',
    'Database',
    copies === 0 ? known : `${known}; ${some(copies, 'damaged copy', 'damaged copies')} kept`,
  );
}
