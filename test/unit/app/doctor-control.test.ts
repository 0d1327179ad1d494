import { describe, expect, it } from 'vitest';
import { DOCTOR_MAX_INPUT, DOCTOR_MAX_KEPT, DOCTOR_MAX_RUNNING } from '../../../shared/model/doctor.ts';
import { DoctorController } from '../../../src-main/app/doctor-control.ts';
import { doctorEnvironment } from '../../support/doctor-environment.ts';
import { Puppet } from '../../support/puppet.ts';

const enode = `enode://${Buffer.from(new Puppet().publicKey).toString('hex')}@held.example.org:30303`;

/** A Doctor whose DNS lookups never end, and the first of them. */
function held() {
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const lookUpHost = (): Promise<never> => {
    ask();
    return new Promise(() => undefined);
  };
  return { doctor: new DoctorController(doctorEnvironment({ lookUpHost })), asked };
}

describe('the tests of nodes', () => {
  it('refuses an input that is empty or too long', () => {
    const { doctor } = held();
    for (const input of ['', '  ', 'x'.repeat(DOCTOR_MAX_INPUT + 1)]) {
      expect(() => doctor.start({ input, special: false })).toThrow(
        expect.objectContaining({ code: 'invalid-parameters', field: 'input' }),
      );
    }
    expect(doctor.list()).toEqual([]);
  });

  it('runs a few at once, and one more when one was stopped', async () => {
    const { doctor, asked } = held();
    const ids = Array.from({ length: DOCTOR_MAX_RUNNING }, () =>
      doctor.start({ input: enode, special: false }),
    );
    expect(() => doctor.start({ input: enode, special: false })).toThrow(
      expect.objectContaining({ code: 'busy' }),
    );
    await asked;
    expect(doctor.report(ids[0]!)?.steps[1]).toMatchObject({ step: 'dns', state: 'running' });
    expect(doctor.report(ids[0]!)?.steps[2]).toMatchObject({ step: 'address', state: 'waiting' });
    expect(doctor.stop(ids[0]!)).toBe(true);
    await doctor.close();
    expect(doctor.stop(ids[0]!)).toBe(false);
    expect(doctor.report(ids[0]!)?.verdict).toMatchObject({
      result: 'not-tested',
      cause: { code: 'test-stopped' },
    });
    expect(doctor.report(ids[0]!)?.endedAt).not.toBeNull();
    await expect(doctor.run({ input: 'enode:/', special: false })).resolves.toMatchObject({ wrongAt: 7 });
  });

  it('keeps the newest, newest first', async () => {
    const { doctor } = held();
    for (let count = 0; count < DOCTOR_MAX_KEPT + 5; count++)
      await doctor.run({ input: `no node ${count}`, special: false });
    const list = doctor.list();
    expect(list).toHaveLength(DOCTOR_MAX_KEPT);
    expect(list[0]?.input).toBe(`no node ${String(DOCTOR_MAX_KEPT + 4)}`);
    expect(doctor.report('1')).toBeNull();
  });
});
