import { effectScope, nextTick } from 'vue';
import { describe, expect, it } from 'vitest';
import { useRestOfRows, type LoadRest } from '../../../../src-renderer/composables/use-rest-of-rows.ts';

function makeTable(pages: LoadRest | undefined) {
  const scope = effectScope();
  const rest = scope.run(() => useRestOfRows(() => pages))!;
  return { scope, rest, done: [] as string[] };
}

/** A loader that answers when it is told to, and the signals that it got. */
function makeLoader() {
  const signals: AbortSignal[] = [];
  const answers: (() => void)[] = [];
  const load: LoadRest = (signal) =>
    new Promise((answer) => {
      signals.push(signal);
      answers.push(answer);
    });
  return { signals, answers, load };
}

describe('an action on all rows of a table', () => {
  it('is done at once when all are loaded', () => {
    const { rest, done } = makeTable(undefined);
    rest.after(() => done.push('end'));
    expect(done).toEqual(['end']);
    expect(rest.busy.value).toBe(false);
  });

  it('waits until the rest is loaded', async () => {
    const { answers, load } = makeLoader();
    const { rest, done } = makeTable(load);
    rest.after(() => done.push('end'));
    expect(rest.busy.value).toBe(true);
    expect(done).toEqual([]);
    answers[0]!();
    await expect.poll(() => done).toEqual(['end']);
    expect(rest.busy.value).toBe(false);
  });

  it('is not done when it is called off, when another follows, or when the table is gone', async () => {
    const { answers, load, signals } = makeLoader();
    const { rest, done, scope } = makeTable(load);
    rest.after(() => done.push('called off'));
    rest.callOff();
    expect(rest.busy.value).toBe(false);
    rest.after(() => done.push('replaced'));
    rest.after(() => done.push('last'));
    answers.forEach((answer) => answer());
    await expect.poll(() => done).toEqual(['last']);
    rest.after(() => done.push('gone'));
    scope.stop();
    answers.at(-1)!();
    await nextTick();
    await nextTick();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, false, true]);
    expect(done).toEqual(['last']);
  });
});
