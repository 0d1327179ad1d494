import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  CALM_MS,
  HANG_PATIENCE_MS,
  PageRecovery,
  recoverPage,
  RELOAD_INTERVAL_MS,
} from '../../../src-main/desktop/page-recovery.ts';
import { plainPage, PLAIN_PAGE_URL } from '../../../src-main/desktop/plain-page.ts';
import { PAGE_URL } from '../../../src-main/desktop/page-protocol.ts';
import { silentLogger } from '../../support/silent-logger.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let clock: VirtualClock;
let done: string[];
let recovery: PageRecovery;

beforeEach(() => {
  clock = new VirtualClock();
  done = [];
  const does = (what: string) => () => done.push(what);
  recovery = new PageRecovery(clock, silentLogger, {
    reload: does('reload'),
    kill: does('kill'),
    showPlainPage: does('plain'),
  });
});

describe('a page that crashes', () => {
  test('is loaded anew at once, then once a minute at most', async () => {
    recovery.failed('crashed');
    await clock.advance(0);
    expect(done).toEqual(['reload']);
    await clock.advance(5_000);
    recovery.failed('crashed');
    await clock.advance(RELOAD_INTERVAL_MS - 5_001);
    expect(done).toEqual(['reload']);
    await clock.advance(1);
    expect(done).toEqual(['reload', 'reload']);
  });

  test('gives way to the plain page when it fails for the third time, and stays there', async () => {
    for (let failure = 0; failure < 3; failure += 1) {
      recovery.failed('oom');
      await clock.advance(RELOAD_INTERVAL_MS);
    }
    expect(done).toEqual(['reload', 'reload', 'plain']);
    await clock.advance(CALM_MS * 10);
    expect(done).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });

  test('has its chances anew after ten minutes without a failure, or when a person loads it', async () => {
    for (let failure = 0; failure < 5; failure += 1) {
      recovery.failed('crashed');
      await clock.advance(CALM_MS);
    }
    expect(done).toEqual(Array(5).fill('reload'));
    for (let failure = 0; failure < 3; failure += 1) recovery.failed('crashed');
    expect(done.at(-1)).toBe('plain');
    recovery.loadedByHand();
    recovery.failed('crashed');
    await clock.advance(RELOAD_INTERVAL_MS);
    expect(done.at(-1)).toBe('reload');
  });

  test('is left alone when its window has closed', async () => {
    recovery.failed('crashed');
    recovery.hung();
    recovery.stop();
    await clock.advance(CALM_MS);
    expect(done).toEqual([]);
  });
});

describe('a page that does not respond', () => {
  test('is ended after ten seconds, unless it responds again', async () => {
    recovery.hung();
    recovery.hung();
    await clock.advance(HANG_PATIENCE_MS - 1);
    recovery.responsive();
    await clock.advance(HANG_PATIENCE_MS);
    expect(done).toEqual([]);
    recovery.hung();
    await clock.advance(HANG_PATIENCE_MS);
    expect(done).toEqual(['kill']);
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

  test('loads its page, then the plain one, as its process ends or hangs, but not as it is closed', async () => {
    const contents = new Contents();
    const pages = { page: PAGE_URL, plain: PLAIN_PAGE_URL };
    const end = recoverPage(contents as unknown as WebContents, pages, { clock, logger: silentLogger });
    contents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    await clock.advance(CALM_MS);
    expect(contents.loaded).toEqual([]);
    contents.emit('render-process-gone', {}, { reason: 'crashed' });
    await clock.advance(RELOAD_INTERVAL_MS);
    for (let hang = 0; hang < 2; hang += 1) {
      contents.emit('unresponsive');
      await clock.advance(HANG_PATIENCE_MS);
    }
    expect(contents.loaded).toEqual([PAGE_URL, PAGE_URL, PLAIN_PAGE_URL]);
    contents.emit('did-navigate', {}, PAGE_URL);
    contents.emit('unresponsive');
    contents.emit('responsive');
    await clock.advance(CALM_MS);
    contents.emit('render-process-gone', {}, { reason: 'oom' });
    await clock.advance(0);
    expect(contents.loaded.at(-1)).toBe(PAGE_URL);
    end();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the plain page', () => {
  test('names the log’s folder, runs nothing and loads nothing', async () => {
    const response = plainPage('/data/<b>&"logs');
    const html = await response.text();
    expect(html).toContain('<code>/data/&lt;b&gt;&amp;&quot;logs</code>');
    expect(html).not.toMatch(/<script|<b>|src=/);
    expect(response.headers.get('Content-Security-Policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
  });
});
