import { dirname, join } from 'node:path';
import type { AboutFacts } from '../../shared/model/about.ts';
import { COMMIT, VERSION } from '../app/version.ts';
import { FileError, readRegularFile } from '../base/regular-file.ts';
import { isUnmaintainedElectron } from '../health/health-runtime.ts';
import { fuseFile, readFuses } from './fuse-wire.ts';

/** What is asked of the process and the system. */
export interface AboutParts {
  readonly process: Pick<NodeJS.Process, 'platform' | 'arch' | 'execPath'> & {
    readonly versions: { readonly electron?: string; readonly chrome?: string; readonly node: string };
  };
  readonly packaged: boolean;
  /** Version of the system's kernel. */
  readonly systemVersion: string;
}

/** The name of the file with the licences of the packages in a package of Enodeck. */
const NOTICES = 'NOTICES.txt';
/** BOUNDED: bytes of that file; the licences of some 200 packages have 1 MB. */
const MAX_NOTICES = 8_388_608;

/** Reads versions, build and fuses of the running program. */
export async function readAbout({ process, packaged, systemVersion }: AboutParts): Promise<AboutFacts> {
  const { versions, platform, arch, execPath } = process;
  const electron = versions.electron ?? '';
  return {
    version: VERSION,
    commit: COMMIT,
    electron,
    chromium: versions.chrome ?? '',
    node: versions.node,
    system: `${platform} ${systemVersion}, ${arch}`,
    packaged,
    outdatedElectron: isUnmaintainedElectron(electron),
    fuses: await readFuses(fuseFile(execPath, platform)),
  };
}

/** Reads the licences of the packages in this program. Null where there is no such file: in a working copy. */
export async function readLicences(execPath: string, resources: string): Promise<string | null> {
  for (const folder of [dirname(execPath), resources]) {
    try {
      const { bytes } = await readRegularFile(join(folder, NOTICES), MAX_NOTICES);
      return new TextDecoder().decode(bytes);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
  return null;
}
