import { expect, it } from 'vitest';
import type { RecordDetail } from '../../../shared/model/recording.ts';
import { RecorderController } from '../../../src-main/app/recorder-control.ts';
import { bytesToHex, hexToBytes, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import { keccak256 } from '../../../src-main/base/keccak.ts';
import { ecdh, publicKeyOf } from '../../../src-main/base/secp256k1.ts';
import { systemClock } from '../../../src-main/base/system-runtime.ts';
import type { Recorder } from '../../../src-main/recorder/recorder.ts';
import { recoverEphemeralKey } from '../../../src-main/rlpx/handshake.ts';
import { openRecorder } from '../../support/open-recorder.ts';
import { occursIn, RememberingRandom } from '../../support/secrets.ts';
import { startedNodes } from '../../support/started-nodes.ts';

const started = startedNodes();

function recording(): { recorder: Recorder; control: RecorderController } {
  const recorder = openRecorder(systemClock, { maxRecords: 1_000, maxBytes: 10_000_000 });
  const control = new RecorderController(recorder, { clock: systemClock, application: 'Enodeck test' });
  control.start({ nodes: null, discovery: true });
  return { recorder, control };
}

/** The decoded fields of the handshake packet of a recording. */
async function handshakeOf(control: RecorderController, name: string): Promise<Record<string, Uint8Array>> {
  const page = await control.page('', null, 1_000);
  const found = page.find(({ row }: RecordDetail) => row.name === name);
  const json = found?.decoded?.json as Record<string, string> | undefined;
  if (json === undefined) throw new Error(`no ${name}`);
  const hex = Object.entries(json).filter(([, value]) => value.startsWith('0x'));
  return Object.fromEntries(hex.map(([field, value]) => [field, hexToBytes(value)]));
}

/** The nonces of all handshake packets of a recording, hex. */
async function noncesOf(control: RecorderController): Promise<readonly string[]> {
  const handshakes = await control.page('proto:rlpx', null, 1_000);
  return handshakes.flatMap(({ decoded }) => {
    const nonce = (decoded?.json as Record<string, string> | null | undefined)?.['nonce'];
    return nonce === undefined ? [] : [nonce.slice(2)];
  });
}

/** Everything that anyone gets of a recording: records, details, summaries and exports, as bytes. */
async function everythingOf(recorder: Recorder, control: RecorderController): Promise<readonly Uint8Array[]> {
  const records = [...recorder.from(0)];
  const seqs = records.map(({ row }) => row.seq);
  const texts = [
    JSON.stringify(records.map(({ row }) => row)),
    JSON.stringify(seqs.map((seq) => control.detail(seq))),
    JSON.stringify(await control.summaries(seqs)),
  ];
  const files: Uint8Array[] = [];
  for (const format of ['jsonl', 'vectors', 'pcapng'] as const) {
    for (const anonymous of [false, true]) {
      const { text, base64 } = await control.export({ format, seqs: null, anonymous });
      if (text !== null) texts.push(text);
      if (base64 !== null) files.push(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
    }
  }
  return [...records.map(({ payload }) => payload), ...files, ...texts.map(utf8ToBytes)];
}

it('no record, detail or export of a session has a key or a secret of either node', async () => {
  const [ours, theirs] = [recording(), recording()];
  const [ourRandom, theirRandom] = [new RememberingRandom(), new RememberingRandom()];
  const acceptor = await started.node({ taps: theirs.recorder, random: theirRandom });
  const dialler = await started.node({ taps: ours.recorder, random: ourRandom });
  dialler.server.dialing.addStatic(acceptor.node());
  await Promise.all([dialler, acceptor].map(({ events }) => events.first('peer/added')));
  await dialler.server.disconnect(acceptor.idHex);
  await acceptor.events.first('peer/dropped');
  expect(await theirs.control.search('msg:Disconnect dir:in')).toHaveLength(1);

  const auth = await handshakeOf(theirs.control, 'auth');
  const ack = await handshakeOf(ours.control, 'ack');
  const { signature, initiatorPublicKey, nonce: initiatorNonce } = auth;
  const { ephemeralPublicKey, nonce: recipientNonce } = ack;
  if (!signature || !initiatorPublicKey || !initiatorNonce || !ephemeralPublicKey || !recipientNonce) {
    throw new Error('a field is missing');
  }
  const outputs = [
    ...(await everythingOf(ours.recorder, ours.control)),
    ...(await everythingOf(theirs.recorder, theirs.control)),
  ];

  const ourEphemeral = recoverEphemeralKey(
    { signature, initiatorPublicKey, nonce: initiatorNonce, version: 4 },
    acceptor.privateKey,
  );
  const candidates = [...ourRandom.given, ...theirRandom.given].filter(({ length }) => length === 32);
  const keyOf = (publicKey: Uint8Array): Uint8Array => {
    const found = candidates.find((each) => bytesToHex(publicKeyOf(each)) === bytesToHex(publicKey));
    if (found === undefined) throw new Error('the ephemeral key was not drawn');
    return found;
  };
  const [ourKey, theirKey] = [keyOf(ourEphemeral), keyOf(ephemeralPublicKey)];
  const ephemeralSecret = ecdh(ephemeralPublicKey, ourKey);
  const sharedSecret = keccak256(ephemeralSecret, keccak256(recipientNonce, initiatorNonce));
  const aesKey = keccak256(ephemeralSecret, sharedSecret);
  const secrets = {
    ...{ 'static key of the dialler': dialler.privateKey, 'static key of the acceptor': acceptor.privateKey },
    ...{ 'ephemeral key of the dialler': ourKey, 'ephemeral key of the acceptor': theirKey },
    'static shared secret': ecdh(acceptor.publicKey, dialler.privateKey),
    'ephemeral shared secret': ephemeralSecret,
    'shared secret': sharedSecret,
    'AES key': aesKey,
    'MAC key': keccak256(ephemeralSecret, aesKey),
  };
  for (const [name, secret] of Object.entries(secrets)) expect(occursIn(outputs, secret), name).toBe(false);

  // All other random bytes are keys and initialization vectors of the packets' encryption; the nonces are in the packets.
  const drawn = [...ourRandom.given, ...theirRandom.given].filter(({ length }) => length >= 16);
  const found = drawn.filter((each) => occursIn(outputs, each)).map(bytesToHex);
  // The static node may be dialled again meanwhile: each handshake has nonces of its own.
  const nonces = [...(await noncesOf(ours.control)), ...(await noncesOf(theirs.control))];
  expect(nonces).toContain(bytesToHex(initiatorNonce));
  expect(found.filter((each) => !nonces.includes(each))).toEqual([]);
});
