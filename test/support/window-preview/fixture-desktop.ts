import { FUSE_NAMES, PACKAGE_FUSES, type AboutFacts, type Fuse } from '../../../shared/model/about.ts';
import type { LoginItemView } from '../../../shared/model/desktop.ts';
import type { CrashReportFile, ReportFile } from '../../../shared/model/problem-report.ts';
import type { UpdateState } from '../../../shared/model/update.ts';
import type { Scenario } from './fixture-data.ts';

const HOUR_MS = 3_600_000;
const LICENCES = `vue 3.5.13, MIT

Copyright (c) 2018-present, Yuxi (Evan) You and Vue contributors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software.
`;

const fuses = (isPackage: boolean): readonly Fuse[] =>
  FUSE_NAMES.map((name) => ({ name, state: PACKAGE_FUSES[name] === isPackage ? 'on' : 'off' }));
const PACKAGE: AboutFacts = {
  ...{ version: '0.1.0', commit: '4f21c09ab3d7', packaged: true, outdatedElectron: false },
  ...{ electron: '38.2.0', chromium: '140.0.7339.133', node: '22.19.0', system: 'linux 6.12.0, x64' },
  fuses: fuses(true),
};
const WORKING_COPY: AboutFacts = {
  ...{ version: '0.1.0', commit: '4f21c09ab3d7-dirty', packaged: false, outdatedElectron: true },
  ...{ electron: '33.4.11', chromium: '130.0.6723.191', node: '20.18.3', system: 'linux 6.12.0, x64' },
  fuses: fuses(false),
};
const UPDATE = { version: '0.2.0', bytes: 98_412_336 };

/** The files of a diagnostic bundle. */
function makeReport(start: number, addresses: boolean): readonly ReportFile[] {
  const time = new Date(start).toISOString();
  const peer = addresses ? '198.51.100.24:30303' : '<address 1>:30303';
  const line = `${time} info server Session opened peer=${peer} direction=outbound\n`;
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  return [
    { name: 'readme.txt', text: `A diagnostic bundle of Enodeck 0.1.0, made at ${time}.\n` },
    { name: 'versions.json', text: json({ ...PACKAGE, fuses: undefined }) },
    { name: 'status.json', text: json({ phase: 'running', peers: 37 }) },
    { name: 'settings.json', text: json({ maxPeers: 50, noDial: false }) },
    { name: 'log.txt', text: line.repeat(40) },
  ];
}

/** The desktop application: a package with a newer version; `broken`: a working copy over an Electron without security fixes. */
export class FixtureDesktop {
  readonly #about: AboutFacts;
  readonly #update: UpdateState;
  readonly #crashes: readonly CrashReportFile[];
  readonly #start: number;

  constructor(scenario: Scenario, start: number) {
    const isPackage = scenario !== 'broken';
    this.#about = isPackage ? PACKAGE : WORKING_COPY;
    this.#update = isPackage
      ? { kind: 'available', update: UPDATE, checkedAt: start - HOUR_MS }
      : { kind: 'off', reason: 'not-installed' };
    const crash = { name: '0f2c7d5e-41c0.dmp', bytes: 1_482_752, at: start - 26 * HOUR_MS };
    this.#crashes = scenario === 'empty' ? [] : [crash];
    this.#start = start;
  }

  readonly requests: Readonly<Record<string, (params: Record<string, unknown>) => unknown>> = {
    'desktop.about': () => this.#about,
    'desktop.licences': () => ({ text: this.#about.packaged ? LICENCES : null }),
    'desktop.problemReport': ({ addresses }) => ({ files: makeReport(this.#start, addresses === true) }),
    'desktop.crashReports': () => this.#crashes,
    'desktop.theme': () => null,
    'desktop.startAtLogin': ({ on }): LoginItemView => ({ state: on === true ? 'on' : 'off', note: null }),
  };

  /** What is known of a newer version. */
  update(): UpdateState {
    return this.#update;
  }
}
