import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Child } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { NodeProcess, type Program } from '../../support/node-process.ts';
import { RecordedEvents } from '../../support/recorded-events.ts';
import { SkippingClock } from '../../support/skipping-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  vi.useRealTimers();
  await folder.remove();
});

const never = (): Promise<never> => new Promise(() => undefined);
const shell = (script: string): Child => new Child('shell', 'sh', ['-c', script]);

test('a poll ends with the output of the process that it is about, when that process ends', async () => {
  const child = shell('echo the port is taken; exit 3');
  const poll = eventually('it answers', never, { child });
  await expect(poll).rejects.toThrow(
    /^shell ended with 3 before: it answers; its output:\nthe port is taken$/,
  );
});

test('a poll ends at its limit, also while a question has no answer', async () => {
  await expect(eventually('it answers', never, { timeoutMs: 50 })).rejects.toThrow(
    'it answers: not within 50 ms',
  );
});

test('a line that a process has not printed at its end is a failure with its output', async () => {
  const child = shell('echo something else');
  await expect(child.line(/^Ready/)).rejects.toThrow(/something else$/);
  await expect(child.line(/^Ready/)).rejects.toThrow('ended before it printed /^Ready/');
});

/** A node that answers as long as it runs. */
class FakeNode extends NodeProcess {
  static async start(program: Program): Promise<FakeNode> {
    return new FakeNode(program, await NodeProcess.launch(program));
  }
}

const program = (script: string, cleanUp: () => Promise<void>): Program => ({
  name: 'node',
  command: 'sh',
  args: ['-c', script],
  ready: async (child) => {
    await eventually('node answers', () => Promise.resolve(child.lines.includes('ready') || undefined), {
      child,
    });
    return () => Promise.resolve({} as never);
  },
  cleanUp,
});

test('a node that ends instead of starting again is a failure at once, and can be started again later', async () => {
  const taken = join(folder.path, 'taken');
  const free = join(folder.path, 'free');
  const script = `if [ -e '${taken}' ] && [ ! -e '${free}' ]; then echo address already in use; exit 1; fi; echo ready; exec sleep 600`;
  const cleanUp = vi.fn(() => Promise.resolve());
  const node = await FakeNode.start(program(script, cleanUp));
  await node.child.stop('SIGTERM');
  appendFileSync(taken, '');
  await expect(node.startAgain()).rejects.toThrow(
    /ended with 1 before: node answers.*\naddress already in use/,
  );
  appendFileSync(free, '');
  await node.startAgain();
  expect(cleanUp).not.toHaveBeenCalled();
  await node.stop();
  expect(cleanUp).toHaveBeenCalledOnce();
});

test('a wait for an event ends after a minute with the last events', async () => {
  vi.useFakeTimers();
  const events = new RecordedEvents();
  const waiting = events.first('peer/established');
  const failure = expect(waiting).rejects.toThrow('no peer/established within 60000 ms; the last events: ');
  await vi.advanceTimersByTimeAsync(60_000);
  await failure;
});

test.each([
  ['the skipping clock', new SkippingClock()],
  ['the virtual clock', new VirtualClock()],
])('timers that start each other without end are a failure: %s', async (_name, clock) => {
  const again = (): void => {
    clock.after(0, again);
  };
  again();
  const moved = clock instanceof VirtualClock ? clock.advance(1) : clock.skip(600_000);
  await expect(moved).rejects.toThrow(/timers/i);
});
