import { describe, expect, it } from 'vitest';
import { useAttempt } from '../../../../src-renderer/composables/use-attempt.ts';

describe('an attempt of a form', () => {
  it('says why it was refused, until the next one', async () => {
    const { attempt, refusal, busy } = useAttempt();
    expect(await attempt(() => Promise.reject(new Error('The port is taken.')))).toBe(false);
    expect([refusal.value, busy.value]).toEqual(['The port is taken.', false]);
    const next = attempt(() => Promise.resolve());
    expect([refusal.value, busy.value]).toEqual([null, true]);
    expect(await next).toBe(true);
    expect([refusal.value, busy.value]).toEqual([null, false]);
  });

  it('is not started while another one runs', async () => {
    const { attempt } = useAttempt();
    const started: string[] = [];
    let end: () => void = () => undefined;
    const first = attempt(() => new Promise<void>((resolve) => ((end = resolve), started.push('first'))));
    expect(await attempt(async () => started.push('second'))).toBe(false);
    end();
    expect(await first).toBe(true);
    expect(started).toEqual(['first']);
  });
});
