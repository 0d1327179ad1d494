import { describe, expect, it } from 'vitest';
import type { Timer } from '../../../src-main/base/runtime.ts';
import { Examination } from '../../../src-main/doctor/examination.ts';
import { doctorEnvironment } from '../../support/doctor-environment.ts';
import { Puppet } from '../../support/puppet.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const text = `enode://${Buffer.from(new Puppet().publicKey).toString('hex')}@held.example.org:30303`;
const never = (): Promise<never> => new Promise(() => undefined);

/** A clock that also runs the timers of one delay when the test says so. */
class HastyClock extends VirtualClock {
  readonly #held: (() => void)[] = [];
  readonly #delayMs: number;

  constructor(delayMs: number) {
    super();
    this.#delayMs = delayMs;
  }

  override after(delayMs: number, action: () => void): Timer {
    if (delayMs === this.#delayMs) this.#held.push(action);
    return super.after(delayMs, action);
  }

  fire(): void {
    for (const action of this.#held.splice(0)) action();
  }
}

function examine(clock: VirtualClock) {
  const test = new Examination(doctorEnvironment({ clock, lookUpHost: never }), {
    id: '1',
    text,
    special: true,
  });
  return { test, ended: test.run() };
}

describe('a test', () => {
  it('ends a step after 15 s, and does not take it for an answer', async () => {
    const clock = new VirtualClock();
    const { test, ended } = examine(clock);
    await clock.advance(14_999);
    expect(test.report.steps[1]).toMatchObject({ step: 'dns', state: 'running' });
    await clock.advance(1);
    const report = await ended;
    expect(report.steps[1]).toMatchObject({ state: 'failed', durationMs: 15_000 });
    expect(report.verdict).toMatchObject({ result: 'not-tested', cause: { code: 'name-lookup-failed' } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends after 60 s, whatever its steps do', async () => {
    const clock = new HastyClock(60_000);
    const { test, ended } = examine(clock);
    await clock.advance(1);
    expect(test.isRunning).toBe(true);
    clock.fire();
    const report = await ended;
    expect(report.verdict).toMatchObject({ result: 'not-tested', cause: { code: 'test-timeout' } });
    expect(report.steps[1]).toMatchObject({ step: 'dns', state: 'not-reached' });
    expect(clock.pendingTimers).toBe(0);
  });

  it('tells when a step starts and ends, and when it ends', async () => {
    const seen: (string | undefined)[] = [];
    const clock = new VirtualClock();
    const test: Examination = new Examination(
      doctorEnvironment({ clock, lookUpHost: never }),
      { id: '1', text: 'enode://zz', special: false },
      () => seen.push(test.report.verdict?.result ?? test.report.steps[0]?.state),
    );
    await test.run();
    expect(seen).toEqual(['running', 'failed', 'not-tested']);
  });
});
