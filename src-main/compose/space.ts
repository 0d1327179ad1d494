import { dirname, relative } from 'node:path';
import { DiskSpaceWatch } from '../app/disk-space-watch.ts';
import type { CloseStack } from '../base/close-stack.ts';
import { freeBytesOf } from '../store/disk-space.ts';
import type { NodeData } from './data.ts';
import type { Runtime } from './runtime.ts';

/** Measures the free space of the data folder while the program runs, and of database and log file where they are elsewhere. */
export function watchSpace(
  { settings, folder: { paths } }: Pick<NodeData, 'settings' | 'folder'>,
  { clock, logger }: Runtime,
  closing: CloseStack,
): DiskSpaceWatch {
  const isElsewhere = (folder: string): boolean => relative(paths.folder, folder).startsWith('..');
  const watch = new DiskSpaceWatch({
    ...{ clock, logger: logger.child('store'), freeBytesOf },
    folders: () => {
      const { logFile } = settings.current();
      const others = [paths.database, ...(logFile === null ? [] : [dirname(logFile)])];
      return [paths.folder, ...others.filter(isElsewhere)];
    },
  });
  closing.add(() => watch.stop());
  void watch.start();
  return watch;
}
