import type { HealthCheck } from '../../shared/model/node.ts';
import { check } from './health-facts.ts';

/**
 * The oldest major version of Electron that still got fixes when this was written. Electron maintains three major versions,
 * so every older one gets none. https://www.electronjs.org/docs/latest/tutorial/electron-timelines
 */
const OLDEST_MAINTAINED = 43;

/** Whether a version of Electron, such as 33.2.1, is too old for security fixes. */
export function isUnmaintainedElectron(version: string): boolean {
  return Number(version.split('.', 1)[0]) < OLDEST_MAINTAINED;
}

/** Warns of an Electron without security fixes, such as the launcher's fallback; nothing to say of another one. */
export function electronCheck({
  electronVersion: version,
}: {
  readonly electronVersion: string | undefined;
}): HealthCheck | undefined {
  if (version === undefined || !isUnmaintainedElectron(version)) return undefined;
  return check(
    'electron',
    'warning',
    'Electron gets no security fixes',
    `version ${version}; fixes from ${OLDEST_MAINTAINED}`,
    'Install Enodeck from a release, or run npm start where GitHub can be reached: it downloads a maintained Electron.',
  );
}
