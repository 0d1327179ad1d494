import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App, Dialog } from 'electron';
import type { Logger } from '../base/runtime.ts';
import { systemClock } from '../base/system-runtime.ts';
import type { Restarter } from './restart.ts';
import { installKind, loadUpdateFeed } from './update-feed.ts';
import { Updates } from './updates.ts';

/** What the updates of this program need of Electron and of the node. */
export interface OwnUpdateParts {
  readonly app: Pick<App, 'isPackaged' | 'exit'>;
  readonly restarter: Pick<Restarter, 'startAgain'>;
  readonly dialog: Pick<Dialog, 'showErrorBox'>;
  readonly process: Pick<NodeJS.Process, 'platform' | 'env' | 'execPath' | 'resourcesPath'>;
  /** Saves the window's position and stops the node. */
  readonly prepareEnd: () => Promise<void>;
  readonly logger: () => Logger | undefined;
}

/** The updates of the program that runs here, from the files beside it. */
export function createOwnUpdates(parts: OwnUpdateParts): Updates {
  const { app, restarter, dialog, process, prepareEnd, logger } = parts;
  const found = installKind({
    packaged: app.isPackaged,
    platform: process.platform,
    environment: process.env,
    executable: process.execPath,
    resource: (name) => readResource(join(process.resourcesPath, name)),
  });
  return new Updates({
    source: 'off' in found ? found : { load: () => loadUpdateFeed(found.kind, logger()) },
    prepareEnd,
    startAgain(detail) {
      dialog.showErrorBox('The update was not installed', `${detail}\nEnodeck starts again in this version.`);
      restarter.startAgain('same');
      app.exit(0);
    },
    clock: systemClock,
    logger,
  });
}

function readResource(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
