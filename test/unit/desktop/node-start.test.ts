import { beforeEach, expect, test } from 'vitest';
import type { LaunchOptions } from '../../../src-main/app/launch-options.ts';
import { NodeStart, type DesktopProgram } from '../../../src-main/desktop/node-start.ts';
import { StoreError } from '../../../src-main/store/errors.ts';

const options = {} as LaunchOptions;
let steps: string[];
let program: DesktopProgram;

beforeEach(() => {
  steps = [];
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
    stdout: { write: (text: string) => steps.push(text) > 0 },
    stderr: { write: (text: string) => steps.push(text) > 0 },
  });

test('serves the window before the node starts, and says when it is ready', async () => {
  const node = nodeStart(() => Promise.resolve(program));
  await node.run(options);
  await node.stop();
  expect(steps).toEqual(['serve', 'start', 'Ready desktop\n', 'stop']);
});

test('a node that does not start leaves the window, which shows the failure', async () => {
  const node = nodeStart(() =>
    Promise.resolve({ ...program, start: () => Promise.reject(new Error('port 30303 is in use')) }),
  );
  await node.run(options);
  expect(steps).toEqual(['serve', 'enodeck: port 30303 is in use\n']);
  expect(node.program).toBeDefined();
});

test('a program that cannot be constructed is a refusal', async () => {
  const error = new StoreError('folder-in-use', 'The folder is in use.');
  const node = nodeStart(() => Promise.reject(error));
  await expect(node.run(options)).rejects.toBe(error);
  await node.stop();
  expect(steps).toEqual([]);
});
