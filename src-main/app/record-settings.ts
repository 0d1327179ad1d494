/** The settings of the recording. */
import type { NodeSettings, SettingKey } from '../../shared/settings-table.ts';
import type { Recorder, RecorderLimits } from '../recorder/recorder.ts';

const BYTES_PER_MEGABYTE = 1_024 * 1_024;
const MINUTE_MS = 60_000;

type LimitKey = 'recordLimit' | 'recordMegabytes' | 'recordMaxAge';

/** Settings that bound a recording. */
const LIMIT_KEYS: readonly SettingKey[] = ['recordLimit', 'recordMegabytes', 'recordMaxAge'];

/** Bounds of the recording from the settings. */
export function recordLimitsOf(settings: Pick<NodeSettings, LimitKey>): RecorderLimits {
  const { recordLimit, recordMegabytes, recordMaxAge } = settings;
  return {
    maxRecords: recordLimit,
    maxBytes: recordMegabytes * BYTES_PER_MEGABYTE,
    maxAgeMs: recordMaxAge === 0 ? undefined : recordMaxAge * MINUTE_MS,
  };
}

/** Starts the recording of the node that is always recorded; without one, what is recorded does not change. */
export function startFromSettings(
  recorder: Pick<Recorder, 'start'>,
  { recordNode }: Pick<NodeSettings, 'recordNode'>,
): void {
  if (recordNode !== null) recorder.start({ nodes: [recordNode], discovery: false });
}

/**
 * Applies changed settings to a recorder.
 * @param changed the settings that changed
 */
export function applyRecordSettings(
  recorder: Pick<Recorder, 'setLimits' | 'start'>,
  settings: Pick<NodeSettings, LimitKey | 'recordNode'>,
  changed: readonly SettingKey[],
): void {
  if (changed.some((key) => LIMIT_KEYS.includes(key))) recorder.setLimits(recordLimitsOf(settings));
  if (changed.includes('recordNode')) startFromSettings(recorder, settings);
}
