import { describe, expect, it } from 'vitest';
import type { DoctorStepName } from '../../../shared/model/doctor.ts';
import { DoctorController } from '../../../src-main/app/doctor-control.ts';
import { RecorderController } from '../../../src-main/app/recorder-control.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import { doctorEnvironment } from '../../support/doctor-environment.ts';
import { DoctorWorld } from '../../support/doctor-world.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { limitsOf } from '../../support/p2p-node.ts';
import { startedDiscovery } from '../../support/started-discovery.ts';
import { startedNodes } from '../../support/started-nodes.ts';

const world = new DoctorWorld(startedNodes(), startedDiscovery());

/** A Doctor whose tests are recorded, as in the program, while no recording runs. */
async function recordingDoctor() {
  const recorder = openRecorder(systemClock, { maxRecords: 1_000, maxBytes: 10_000_000 });
  const control = new RecorderController(recorder, { clock: systemClock, application: 'Enodeck test' });
  const ours = await world.ours({ tap: recorder.packets });
  const doctor = new DoctorController(doctorEnvironment({ ours, taps: recorder }), recorder);
  const namesOf = (id: string, step: DoctorStepName) =>
    doctor
      .records(id, step)
      .map(({ row: { direction, protocol, name } }) => `${direction} ${protocol} ${name}`);
  return { recorder, control, doctor, namesOf };
}

describe('the packets and messages of a test', () => {
  it('are recorded by step and decoded, although no recording runs', async () => {
    const { control, doctor, namesOf } = await recordingDoctor();
    const { enode, server } = await world.tested();
    const { id, steps } = await doctor.run({ input: enode, special: true });
    expect(namesOf(id, 'ping')).toEqual(expect.arrayContaining(['out discv4 Ping', 'in discv4 Pong']));
    expect(namesOf(id, 'enr')).toEqual(
      expect.arrayContaining(['out discv4 ENRRequest', 'in discv4 ENRResponse']),
    );
    expect(namesOf(id, 'discv5')).toEqual(expect.arrayContaining(['out discv5 Ping', 'in discv5 Pong']));
    expect(namesOf(id, 'rlpx')).toEqual(['out rlpx auth', 'in rlpx ack']);
    expect(namesOf(id, 'hello')).toEqual(['out p2p Hello', 'in p2p Hello']);
    // Both send Status at once.
    const statuses = namesOf(id, 'status').map((name) => name.replace(/eth\/\d+/, 'eth'));
    expect(statuses.sort()).toEqual(['in eth Status', 'out eth Status']);
    const last = namesOf(id, 'headers');
    expect(last.map((name) => name.replace(/eth\/\d+/, 'eth'))).toEqual([
      'out eth GetBlockHeaders',
      'in eth BlockHeaders',
      'out p2p Disconnect',
    ]);
    const faults = steps.flatMap(({ step }) => doctor.records(id, step)).map(({ decoded }) => decoded?.fault);
    expect(faults.every((fault) => fault === null)).toBe(true);

    const all = (await control.page(`test:${id}`, null, 1_000)).map(({ row }) => row.seq);
    expect(new Set(steps.flatMap(({ records }) => records))).toEqual(new Set(all));
    expect(control.status()).toMatchObject({ isRecording: false, records: all.length });
    const ids = new Set(control.all().map(({ nodeId }) => nodeId));
    ids.delete(null);
    expect([...ids]).toEqual([server.idHex]);
    const { text } = await control.export({ format: 'jsonl', seqs: null, anonymous: false });
    await control.import('test.jsonl', text ?? '');
    expect(await control.page(`test:${id}`, null, 1_000)).toHaveLength(all.length);
  });

  it('end with the reason of a refusal', async () => {
    const { doctor, namesOf } = await recordingDoctor();
    const { enode } = await world.tested({ server: { limits: limitsOf(0) } });
    const { id } = await doctor.run({ input: enode, special: true });
    expect(namesOf(id, 'hello')).toContain('in p2p Disconnect');
  });

  it('are none for a step without packets, and for a record that is no longer kept', async () => {
    const { recorder, doctor } = await recordingDoctor();
    const { enode } = await world.tested({ withoutUdp: true });
    const report = await doctor.run({ input: enode, special: true });
    expect(doctor.records(report.id, 'parse')).toEqual([]);
    expect(doctor.records(report.id, 'hello')).toHaveLength(2);
    recorder.clear();
    expect(doctor.records(report.id, 'hello')).toEqual([]);
    expect(doctor.records('99', 'hello')).toEqual([]);
  });
});
