import type { SettingSpec } from '../../../shared/setting-spec.ts';
import { SETTINGS, SETTING_KEYS, type SettingKey } from '../../../shared/settings-table.ts';
import type { SettingSource, SettingValue, SettingView } from '../../../shared/model/settings.ts';
import type { Scenario } from './fixture-data.ts';

/* Every setting, with values from every source and some that wait for a restart. */

interface Said {
  readonly value: SettingValue;
  readonly source: SettingSource;
  /** What was saved and waits. */
  readonly next?: SettingValue;
}

const SAID: Readonly<Partial<Record<SettingKey, Said>>> = {
  name: { value: 'ada-archive', source: 'file' },
  maxPeers: { value: 50, source: 'default' },
  maxPendingOutbound: { value: 32, source: 'environment' },
  dialRatio: { value: 4, source: 'file' },
  netRestrict: { value: [], source: 'default' },
  discoveryV4: { value: true, source: 'default' },
  addresses: { value: ['0.0.0.0', '::'], source: 'default' },
  port: { value: 30_303, source: 'file', next: 30_305 },
  nat: { value: 'any', source: 'flag' },
  network: { value: 'mainnet', source: 'default', next: 'sepolia' },
  snap: { value: false, source: 'file', next: true },
  maxUpload: { value: 2_000, source: 'file' },
};

/** Ways to find nodes that are off. */
const OFF: typeof SAID = {
  discoveryV5: { value: false, source: 'file' },
  discoveryDns: { value: [], source: 'file' },
};

/** A node in front of an execution client; secrets are hidden as the node hides them. */
const SENTRY: typeof SAID = {
  chain: { value: 'sentry', source: 'file' },
  sentry: { value: 'https://rpc.example.org/v3/********', source: 'file' },
  sentryHeaders: { value: ['Authorization: ********', 'X-Group: ********'], source: 'file' },
};

const specs: Readonly<Record<SettingKey, SettingSpec>> = SETTINGS;

function viewOf(key: SettingKey, said: Said | undefined): SettingView {
  const spec = specs[key];
  const value = said?.value ?? (spec.default as SettingValue);
  return {
    key,
    group: spec.group,
    title: spec.title,
    help: spec.help,
    flag: spec.flag,
    variable:
      spec.flag === null
        ? null
        : `ENODECK_${spec.flag.replace('--', '').replaceAll(/[.-]/g, '_').toUpperCase()}`,
    kind: spec.kind,
    unit: spec.unit ?? null,
    min: spec.min ?? null,
    max: spec.max ?? null,
    choices: spec.choices ?? null,
    value,
    default: spec.default as SettingValue,
    unset: spec.unset ?? null,
    source: said?.source ?? 'default',
    restart: spec.restart,
    pending: said?.next !== undefined,
    next: said?.next ?? value,
  };
}

/** @param isSentry with an execution client as the source of the chain */
export function makeSettings(scenario: Scenario, isSentry = false): readonly SettingView[] {
  const said: Readonly<Partial<Record<SettingKey, Said>>> =
    scenario === 'hostile'
      ? {
          ...SAID,
          name: { value: '<b>bold</b> \u202Eevil', source: 'file' },
          netRestrict: { value: Array.from({ length: 40 }, (_, at) => `198.51.${at}.0/24`), source: 'file' },
        }
      : scenario === 'empty'
        ? {}
        : scenario === 'off'
          ? OFF
          : { ...SAID, ...(isSentry && SENTRY) };
  const views = SETTING_KEYS.map((key) => viewOf(key, said[key]));
  return scenario === 'many'
    ? views.map((view) => (view.key === 'discovery' ? { ...view, value: false, next: false } : view))
    : views;
}

export function changeSettings(
  settings: readonly SettingView[],
  change: Readonly<Record<string, unknown>>,
): readonly SettingView[] {
  return settings.map((view) => {
    if (!Object.hasOwn(change, view.key)) return view;
    const next = change[view.key] as SettingValue;
    const atOnce = view.restart === 'none';
    return { ...view, source: 'file', next, value: atOnce ? next : view.value, pending: !atOnce };
  });
}

export function resetSetting(settings: readonly SettingView[], key: string): readonly SettingView[] {
  return settings.map((view) =>
    view.key === key
      ? { ...view, source: 'default', next: view.default, value: view.default, pending: false }
      : view,
  );
}
