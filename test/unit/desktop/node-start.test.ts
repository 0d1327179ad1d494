import { beforeEach, expect, test } from 'vitest';
import type { LaunchOptions } from '../../../src-main/app/launch-options.ts';
import { NodeStart, OPENING_AT_QUIT_MS, type DesktopProgram } from '../../../src-main/desktop/node-start.ts';
import { StoreError } from '../../../src-main/store/errors.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const options = {} as LaunchOptions;
let steps: string[];
let program: DesktopProgram;
let clock: VirtualClock;

beforeEach(() => {
  steps = [];
  clock = new VirtualClock();
  const step = (name: string) => (): Promise<void> => {
    steps.push(name);
    return Promise.resolve();
  };
  program = { pageUrl: undefined, start: step('start'), stop: step('stop') } as unknown as DesktopProgram;
});

const nodeStart = (compose: () => Promise<DesktopProgram>): NodeStart =>
  new NodeStart({
    compose,
    serve: () => steps.push('serve'),
    clock,
    stdout: { write: (text: string) => steps.push(text) > 0 },
    stderr: { write: (text: string) => steps.push(text) > 0 },
  });

test('serves the window when the start has begun, and says when it is ready', async () => {
  const node = nodeStart(() => Promise.resolve(program));
  let ready: () => void = () => undefined;
  program = { ...program, start: () => new Promise((resolve) => (ready = resolve)) };
  const running = node.run(options);
  await clock.advance(0);
  expect(steps).toEqual(['serve']);
  ready();
  await running;
  await node.stop();
  expect(steps).toEqual(['serve', 'Ready desktop\n', 'stop']);
});

test('a node that does not start leaves the window, which shows the failure', async () => {
  const node = nodeStart(() =>
    Promise.resolve({ ...program, start: () => Promise.reject(new Error('port 30303 is in use')) }),
  );
  await node.run(options);
  await clock.advance(0);
  expect(steps).toEqual(['enodeck: port 30303 is in use\n', 'serve']);
  expect(node.program).toBeDefined();
});

test('a program that cannot be constructed is a refusal', async () => {
  const error = new StoreError('folder-in-use', 'The folder is in use.');
  const node = nodeStart(() => Promise.reject(error));
  await expect(node.run(options)).rejects.toBe(error);
  await node.stop();
  expect(steps).toEqual([]);
});

test('a quit while the data is being opened closes it, and starts no node', async () => {
  let open: (program: DesktopProgram) => void = () => undefined;
  const node = nodeStart(() => new Promise((resolve) => (open = resolve)));
  const running = node.run(options);
  const stopped = node.stop();
  open(program);
  await Promise.all([running, stopped]);
  expect(steps).toEqual(['stop']);
  expect(clock.pendingTimers).toBe(0);
});

test('a quit does not wait for long until the data is open', async () => {
  const node = nodeStart(() => new Promise(() => undefined));
  void node.run(options);
  let isOver = false;
  void node.stop().then(() => (isOver = true));
  await clock.advance(OPENING_AT_QUIT_MS - 1);
  expect(isOver).toBe(false);
  await clock.advance(1);
  expect(isOver).toBe(true);
});

test('nothing is opened after a quit', async () => {
  const node = nodeStart(() => Promise.resolve(program));
  await node.stop();
  await node.run(options);
  expect(node.program).toBeUndefined();
});
