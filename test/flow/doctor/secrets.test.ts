import { expect, it, vi } from 'vitest';
import { doctorMarkdown } from '../../../shared/doctor-report.ts';
import { RecorderController } from '../../../src-main/app/recorder-control.ts';
import { bytesToHex, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { ecdh, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import type * as v5Keys from '../../../src-main/discovery/v5/keys.ts';
import type * as handshake from '../../../src-main/rlpx/handshake.ts';
import { DoctorWorld } from '../../support/doctor-world.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { occursIn, RememberingRandom } from '../../support/secrets.ts';
import { startedDiscovery } from '../../support/started-discovery.ts';
import { startedNodes } from '../../support/started-nodes.ts';

/** Keys that were derived for sessions of v5 and of RLPx. */
const derived = vi.hoisted(() => [] as Uint8Array[]);

vi.mock('../../../src-main/discovery/v5/keys.ts', async (original) => {
  const keys = await original<typeof v5Keys>();
  const remember = (session: v5Keys.SessionKeys): v5Keys.SessionKeys => {
    derived.push(session.initiatorKey.slice(), session.recipientKey.slice());
    return session;
  };
  return {
    ...keys,
    initiatorKeys: (...args: Parameters<typeof keys.initiatorKeys>) => remember(keys.initiatorKeys(...args)),
    recipientKeys: (...args: Parameters<typeof keys.recipientKeys>) => remember(keys.recipientKeys(...args)),
  };
});

vi.mock('../../../src-main/rlpx/handshake.ts', async (original) => {
  const rlpx = await original<typeof handshake>();
  return {
    ...rlpx,
    deriveSecrets: (...args: Parameters<typeof rlpx.deriveSecrets>) => {
      const secrets = rlpx.deriveSecrets(...args);
      derived.push(secrets.aesKey.slice(), secrets.macKey.slice());
      return secrets;
    },
  };
});

const start = startedNodes();
const world = new DoctorWorld(start, startedDiscovery());

it('no report of the Doctor, and no record or export of its test, has a key or a secret', async () => {
  const random = new RememberingRandom();
  const recorder = openRecorder(systemClock, { maxRecords: 1_000, maxBytes: 10_000_000 });
  const control = new RecorderController(recorder, { clock: systemClock, application: 'Enodeck test' });
  control.start({ nodes: null, discovery: true });
  const ours = await world.ours({ random, tap: recorder.packets });
  const { enode, server, discovery } = await world.tested({ server: { random }, discovery: { random } });
  const report = await world.test(enode, { ours, taps: recorder });
  expect(report.verdict?.result).toBe('peer');
  // Sessions of v5 and of RLPx, and their records.
  expect(derived.length).toBeGreaterThanOrEqual(6);
  for (const message of ['auth', 'ack', 'Hello', 'Status', 'Whoareyou']) {
    expect(await control.search(`msg:${message}`), message).not.toEqual([]);
  }

  const seqs = [...recorder.from(0)].map(({ row }) => row.seq);
  const texts = [JSON.stringify(report), doctorMarkdown(report, { own: true })];
  texts.push(JSON.stringify(seqs.map((seq) => control.detail(seq))), JSON.stringify(control.summaries(seqs)));
  const files = [...recorder.from(0)].map(({ payload }) => payload);
  for (const format of ['jsonl', 'pcapng', 'vectors'] as const) {
    const { text, base64 } = await control.export({ format, seqs: null, anonymous: false });
    if (text !== null) texts.push(text);
    if (base64 !== null) files.push(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
  }
  const outputs = [...texts.map(utf8ToBytes), ...files];

  const statics = [ours.privateKey, server.privateKey, discovery?.privateKey ?? server.privateKey];
  const secrets = [...statics, ...derived, ecdh(server.publicKey, ours.privateKey)];
  expect(secrets.filter((secret) => occursIn(outputs, secret))).toEqual([]);
  // What else was drawn and is in the outputs must be public: the nonces of auth and ack, and the ID nonces of WHOAREYOU.
  const keys = random.given.filter(({ length }) => length === 32);
  const publicKeys = new Set(keys.map((key) => bytesToHex(publicKeyOf(key))));
  expect(publicKeys.size).toBeGreaterThan(2);
  const shown = random.given.filter((drawn) => drawn.length >= 16 && occursIn(outputs, drawn));
  const nonces = [...recorder.from(0)].flatMap(({ row, payload }) =>
    ['auth', 'ack', 'Whoareyou'].includes(row.name) ? [payload] : [],
  );
  expect(shown.filter((drawn) => !occursIn(nonces, drawn)).map(bytesToHex)).toEqual([]);
});
