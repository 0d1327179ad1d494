import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  STABLE_MS,
  HANG_TIMEOUT_MS,
  PageRecovery,
  recoverPage,
  RELOAD_INTERVAL_MS,
} from '../../../src-main/desktop/page-recovery.ts';
import { plainPage, PLAIN_PAGE_URL } from '../../../src-main/desktop/plain-page.ts';
import { PAGE_URL } from '../../../src-main/desktop/page-protocol.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let actions: string[];
let recovery: PageRecovery;

beforeEach(() => {
  clock = new VirtualClock();
  actions = [];
  const record = (action: string) => () => actions.push(action);
  recovery = new PageRecovery(clock, silentLogger, {
    reload: record('reload'),
    kill: record('kill'),
    showPlainPage: record('plain'),
  });
});

describe('a page that crashes', () => {
  test('is reloaded immediately, then at most once per minute', async () => {
    recovery.failed('crashed');
    await clock.advance(0);
    expect(actions).toEqual(['reload']);
    await clock.advance(5_000);
    recovery.failed('crashed');
    await clock.advance(RELOAD_INTERVAL_MS - 5_001);
    expect(actions).toEqual(['reload']);
    await clock.advance(1);
    expect(actions).toEqual(['reload', 'reload']);
  });

  test('is replaced by the plain page after the third failure', async () => {
    for (let failure = 0; failure < 3; failure += 1) {
      recovery.failed('oom');
      await clock.advance(RELOAD_INTERVAL_MS);
    }
    expect(actions).toEqual(['reload', 'reload', 'plain']);
    await clock.advance(STABLE_MS * 10);
    expect(actions).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });

  test('is reloaded again after ten minutes without a failure, or after the user loads it', async () => {
    for (let failure = 0; failure < 5; failure += 1) {
      recovery.failed('crashed');
      await clock.advance(STABLE_MS);
    }
    expect(actions).toEqual(Array(5).fill('reload'));
    for (let failure = 0; failure < 3; failure += 1) recovery.failed('crashed');
    expect(actions.at(-1)).toBe('plain');
    recovery.loadedByUser();
    recovery.failed('crashed');
    await clock.advance(RELOAD_INTERVAL_MS);
    expect(actions.at(-1)).toBe('reload');
  });

  test('is not reloaded after its window was closed', async () => {
    recovery.failed('crashed');
    recovery.hung();
    recovery.stop();
    await clock.advance(STABLE_MS);
    expect(actions).toEqual([]);
  });
});

describe('a page that does not respond', () => {
  test('is killed after ten seconds, unless it responds again', async () => {
    recovery.hung();
    recovery.hung();
    await clock.advance(HANG_TIMEOUT_MS - 1);
    recovery.responsive();
    await clock.advance(HANG_TIMEOUT_MS);
    expect(actions).toEqual([]);
    recovery.hung();
    await clock.advance(HANG_TIMEOUT_MS);
    expect(actions).toEqual(['kill']);
  });
});

describe('the window', () => {
  class Contents extends EventEmitter {
    loaded: string[] = [];
    loadURL(url: string): Promise<void> {
      this.loaded.push(url);
      return Promise.resolve();
    }
    forcefullyCrashRenderer(): void {
      this.emit('render-process-gone', {}, { reason: 'killed' });
    }
  }

  test('reloads its page, then loads the plain one, when its process fails or hangs, not when it is closed', async () => {
    const contents = new Contents();
    const pages = { page: PAGE_URL, plain: PLAIN_PAGE_URL };
    const end = recoverPage(contents as unknown as WebContents, pages, { clock, logger: silentLogger });
    contents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    await clock.advance(STABLE_MS);
    expect(contents.loaded).toEqual([]);
    contents.emit('render-process-gone', {}, { reason: 'crashed' });
    await clock.advance(RELOAD_INTERVAL_MS);
    for (let hang = 0; hang < 2; hang += 1) {
      contents.emit('unresponsive');
      await clock.advance(HANG_TIMEOUT_MS);
    }
    expect(contents.loaded).toEqual([PAGE_URL, PAGE_URL, PLAIN_PAGE_URL]);
    contents.emit('did-navigate', {}, PAGE_URL);
    contents.emit('unresponsive');
    contents.emit('responsive');
    await clock.advance(STABLE_MS);
    contents.emit('render-process-gone', {}, { reason: 'oom' });
    await clock.advance(0);
    expect(contents.loaded.at(-1)).toBe(PAGE_URL);
    end();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the plain page', () => {
  test('shows the log folder, and runs and loads nothing', async () => {
    const response = plainPage('/data/<b>&"logs');
    const html = await response.text();
    expect(html).toContain('<code>/data/&lt;b&gt;&amp;&quot;logs</code>');
    expect(html).not.toMatch(/<script|<b>|src=/);
    expect(response.headers.get('Content-Security-Policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
  });
});
