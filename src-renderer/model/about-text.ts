import { PACKAGE_FUSES, type AboutFacts, type Fuse } from '../../shared/model/about.ts';

/** A fuse, and whether it is as the build of a package sets it. */
export interface FuseMark extends Fuse {
  readonly asPackage: boolean;
}

/** Compares fuses with those of a package. A removed fuse counts as off. */
export function fuseMarks(fuses: readonly Fuse[]): readonly FuseMark[] {
  return fuses.map((fuse) => ({ ...fuse, asPackage: (fuse.state === 'on') === PACKAGE_FUSES[fuse.name] }));
}

/** The facts as lines of text, for a report. */
export function aboutText(facts: AboutFacts): string {
  const { version, commit, electron, chromium, node, system, packaged, fuses } = facts;
  const lines = [
    `Enodeck ${version}${commit === null ? '' : ` (${commit})`}, ${packaged ? 'package' : 'working copy'}`,
    `Electron ${electron}, Chromium ${chromium}, Node.js ${node}`,
    system,
    `Fuses: ${fuses === null ? 'unknown' : fuses.map(({ name, state }) => `${name} ${state}`).join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}
