import { afterEach, describe, expect, test } from 'vitest';
import { Hangup, nodeSignals } from '../../../src-main/cli/hangup.ts';

describe('a SIGHUP', () => {
  test('asks a program without a terminal to read its files again', () => {
    expect(new Hangup('linux', () => false).isReload).toBe(true);
  });

  test('does so too while the terminal is there: another one sent it', () => {
    expect(new Hangup('linux', () => true).isReload).toBe(true);
  });

  test.each([0, 1, 2])('means the end of the terminal of stream %i once that is closed', (stream) => {
    let isOpen = true;
    const hangup = new Hangup('linux', (each) => isOpen && each === stream);
    expect(hangup.isReload).toBe(true);
    isOpen = false;
    expect(hangup.isReload).toBe(false);
  });

  test('means a closed console on Windows', () => {
    expect(new Hangup('win32', () => true).isReload).toBe(false);
  });
});

describe('the signals of a node', () => {
  const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;
  const before = SIGNALS.flatMap((signal) => process.listeners(signal));
  afterEach(() => {
    for (const signal of SIGNALS) {
      const added = process.listeners(signal).filter((listener) => !before.includes(listener));
      for (const listener of added) process.off(signal, listener);
    }
  });

  test('let SIGHUP alone until the node is to run', () => {
    nodeSignals(new Hangup('linux', () => false));
    expect(SIGNALS.flatMap((signal) => process.listeners(signal))).toEqual(before);
  });

  test('keep a request to read the files again until someone takes it', async () => {
    const { untilStopped, onReload } = nodeSignals(new Hangup('linux', () => false));
    let isStopped = false;
    const stopped = untilStopped().then(() => (isStopped = true));
    process.emit('SIGHUP');
    process.emit('SIGHUP');
    let reloads = 0;
    onReload(() => (reloads += 1));
    expect(reloads).toBe(1);
    process.emit('SIGHUP');
    expect(reloads).toBe(2);
    expect(isStopped).toBe(false);
    process.emit('SIGTERM');
    await stopped;
    expect(reloads).toBe(2);
  });

  test('end the node when its terminal is closed', async () => {
    let isOpen = true;
    const { untilStopped, onReload } = nodeSignals(new Hangup('linux', () => isOpen));
    const stopped = untilStopped();
    let reloads = 0;
    onReload(() => (reloads += 1));
    isOpen = false;
    process.emit('SIGHUP');
    await stopped;
    expect(reloads).toBe(0);
  });
});
