/** The settings of the recording. */
import type { NodeSettings, SettingKey } from '../../shared/settings-table.ts';
import type { Recorder } from '../recorder/recorder.ts';
import type { RingLimits } from '../recorder/record-ring.ts';

const BYTES_PER_MEGABYTE = 1_024 * 1_024;

/** Bounds of the ring from the settings. */
export function recordLimitsOf(settings: Pick<NodeSettings, 'recordLimit' | 'recordMegabytes'>): RingLimits {
  return { maxRecords: settings.recordLimit, maxBytes: settings.recordMegabytes * BYTES_PER_MEGABYTE };
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
  settings: Pick<NodeSettings, 'recordLimit' | 'recordMegabytes' | 'recordNode'>,
  changed: readonly SettingKey[],
): void {
  if (changed.includes('recordLimit') || changed.includes('recordMegabytes')) {
    recorder.setLimits(recordLimitsOf(settings));
  }
  if (changed.includes('recordNode')) startFromSettings(recorder, settings);
}
