import type { DesktopControl } from '../api/desktop-control.ts';
import { placeOf } from '../app/data-location.ts';
import { defaultGateway } from '../app/default-gateway.ts';
import { FirstStartController } from '../app/first-start-control.ts';
import type { LaunchOptions } from '../app/launch-options.ts';
import { machineAddresses } from '../app/machine-addresses.ts';
import type { ListControl } from '../app/node-list-control.ts';
import type { ChoosePath } from '../app/setting-checks.ts';
import { SettingsController } from '../app/settings-control.ts';
import { dataPathsOf } from '../store/data-paths.ts';
import { SettingsStore } from '../store/settings-store.ts';
import { makeWritable } from '../store/writable-folder.ts';
import type { NodeData } from './data.ts';
import type { Runtime } from './runtime.ts';

/** What the program was started with, for its settings. */
export interface SettingsSurroundings {
  readonly options: LaunchOptions;
  readonly environment: NodeJS.ProcessEnv;
  /** Opens the system's dialog for a file or a folder, where there is one. */
  readonly choosePath: ChoosePath | undefined;
  readonly desktop: Pick<DesktopControl, 'restart'>;
}

/** The control of the settings, and that of the choice at the first start, which saves settings. */
export interface SettingsControls {
  readonly settings: SettingsController;
  readonly firstStart: FirstStartController;
}

/** Creates both controls. The choice ends when the node starts, however the user has started it. */
export function composeSettings(
  { settings: effective, folder, firstStart: choice }: NodeData,
  lists: ListControl,
  { options, environment, choosePath, desktop }: SettingsSurroundings,
  { clock, events, logger }: Runtime,
): SettingsControls {
  const settings = new SettingsController(effective, lists, {
    dataFolder: folder.paths.folder,
    ...{ choosePath, clock },
  });
  const firstStart = new FirstStartController({
    ...{ firstStart: choice, settings: effective, control: settings, desktop, logger },
    addresses: machineAddresses,
    gateway: defaultGateway,
    async saveForNextStart(change) {
      const place = placeOf(options, process.platform, environment);
      makeWritable(place.folder);
      const store = await SettingsStore.open(dataPathsOf(place.folder).settings);
      await store.update(change);
    },
  });
  events.subscribe((event) => {
    if (event.type === 'node/phase' && event.phase === 'starting') void firstStart.end();
  });
  return { settings, firstStart };
}
