import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { SettingValue, SettingView } from '../../../../shared/model/settings.ts';
import { useLogLevels } from '../../../../src-renderer/actions/use-log-levels.ts';
import { request } from '../../../../src-renderer/api.ts';
import { dismissNotice } from '../../../../src-renderer/composables/use-notice.ts';
import { useSettingsStore } from '../../../../src-renderer/stores/settings.ts';

vi.mock('../../../../src-renderer/api.ts', () => ({ request: vi.fn() }));
vi.mock('../../../../src-renderer/composables/topic-feed.ts', () => ({
  createTopicFeed: () => ({ subscribe: vi.fn() }),
  newestOf: vi.fn(),
}));
vi.mock('../../../../src-renderer/actions/use-restart.ts', () => ({ useRestart: () => () => null }));

const answer = vi.mocked(request as (name: string, params: object) => Promise<unknown>);
const viewOf = (key: string, next: SettingValue): SettingView =>
  ({ key, next, title: key, restart: 'none', source: 'file' }) as SettingView;
const viewsOf = (logLevel: string, logModules: string | null): readonly SettingView[] => [
  viewOf('logLevel', logLevel),
  viewOf('logModules', logModules),
];

/** The levels of a window that has these settings. */
function opened(logModules: string | null) {
  useSettingsStore().settings = viewsOf('info', logModules);
  return useLogLevels((key) => key);
}

beforeEach(() => {
  setActivePinia(createPinia());
  answer.mockReset().mockResolvedValue(viewsOf('debug', 'dial=warn'));
});

describe('the levels on the page of the log', () => {
  it('are unknown until the settings are here', async () => {
    const levels = useLogLevels((key) => key);
    expect(levels.written.value).toBeNull();
    expect(await levels.setLevel('debug')).toBe(false);
    expect(answer).not.toHaveBeenCalled();
  });

  it('are sent as a change of one setting, and are then those of the answer', async () => {
    const levels = opened(null);
    expect(levels.written.value).toEqual({ level: 'info', modules: [] });
    expect(await levels.setLevel('debug')).toBe(true);
    expect(await levels.setModules([{ pattern: 'dial', level: 'warn' }])).toBe(true);
    expect(await levels.setModules([])).toBe(true);
    expect(answer.mock.calls).toEqual([
      ['settings.update', { logLevel: 'debug' }],
      ['settings.update', { logModules: 'dial=warn' }],
      ['settings.update', { logModules: null }],
    ]);
    expect(levels.written.value).toEqual({ level: 'debug', modules: [{ pattern: 'dial', level: 'warn' }] });
    dismissNotice();
  });

  it('stay when the node refuses a change, and the reason is shown', async () => {
    const levels = opened('dial=warn');
    answer.mockRejectedValue(new Error('the disk is full'));
    expect(await levels.setModules([])).toBe(false);
    expect(levels.refusal.value).toBe('the disk is full');
    expect(levels.written.value?.modules).toEqual([{ pattern: 'dial', level: 'warn' }]);
  });

  it('of modules are not changed when this window cannot read them', async () => {
    const levels = opened('dial=from-a-later-version');
    expect(levels.written.value).toEqual({ level: 'info', modules: null });
    expect(await levels.setModules([{ pattern: 'p2p', level: 'debug' }])).toBe(false);
    expect(answer).not.toHaveBeenCalled();
  });
});
