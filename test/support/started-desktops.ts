import { folderOfTest, type FolderOfTest } from './folder-of-test.ts';
import { openDesktop, type OpenDesktop } from './window.ts';

/** The desktop applications of one test. Each has its data folder in the temporary folder of the test. */
export interface StartedDesktops extends FolderOfTest {
  /** As openDesktop, with the name of the data folder; closes it after the test if it has not ended by then. */
  open(folder: string, flags: readonly string[], script?: string): Promise<OpenDesktop>;
}

/** Closes the desktop applications after each test of the file, the last one first, and removes their folders. */
export function startedDesktops(): StartedDesktops {
  const tested = folderOfTest();
  return {
    ...tested,
    async open(folder, flags, script) {
      const desktop = await openDesktop(tested.path(folder), flags, script);
      const child = desktop.app.process();
      tested.atEnd(() =>
        child.exitCode === null && child.signalCode === null ? desktop.close() : undefined,
      );
      return desktop;
    },
  };
}
