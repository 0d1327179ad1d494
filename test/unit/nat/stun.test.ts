import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock, systemRandom } from '../../../src-main/base/system-runtime.ts';
import { systemDatagramTransport } from '../../../src-main/base/udp.ts';
import {
  decodeBindingResponse,
  encodeBindingRequest,
  StunClient,
  StunError,
} from '../../../src-main/nat/stun.ts';
import { FakeStunServer, EXTERNAL_IP, stunAnswer } from '../../support/gateways.ts';
import { hex } from '../../support/hex.ts';

/** The transaction ID of the sample messages of RFC 5769. */
const RFC5769_ID = hex('b7e7a701bc34d686fa87dfae');

const never = new AbortController().signal;

async function serve(): Promise<{ server: FakeStunServer; client: StunClient }> {
  const server = await FakeStunServer.start();
  onTestFinished(() => server.close());
  const client = new StunClient({
    transport: systemDatagramTransport,
    clock: systemClock,
    random: systemRandom,
    server: server.local,
  });
  return { server, client };
}

const id = Uint8Array.from({ length: 12 }, (_, at) => at + 1);
const request = encodeBindingRequest(id);

describe('the STUN codec', () => {
  test('encodes a binding request of 20 bytes', () => {
    expect(request).toEqual(hex('00010000' + '2112a442' + '0102030405060708090a0b0c'));
  });

  test.each([
    ['IPv4', { ip: '192.0.2.1', port: 32853 }],
    ['IPv6', { ip: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 }],
  ])('decodes an XOR-mapped %s address', (_family, address) => {
    expect(decodeBindingResponse(stunAnswer(request, address), id)).toEqual(address);
  });

  test('decodes the IPv4 response of RFC 5769 section 2.2, and ignores its other attributes', () => {
    const answer = hex(
      '0101003c2112a442b7e7a701bc34d686fa87dfae' +
        '8022000b7465737420766563746f7220' +
        '002000080001a147e112a643' +
        '000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7' +
        '80280004c07d4c96',
    );
    expect(decodeBindingResponse(answer, RFC5769_ID)).toEqual({ ip: '192.0.2.1', port: 32853 });
  });

  test('decodes MAPPED-ADDRESS of servers without XOR-MAPPED-ADDRESS', () => {
    const answer = hex(
      '0101000c2112a442' + '0102030405060708090a0b0c' + '00010008' + '00011f90' + '51024590',
    );
    expect(decodeBindingResponse(answer, id)).toEqual({ ip: '81.2.69.144', port: 8080 });
  });

  test.each([
    ['not-stun', () => new Uint8Array(19)],
    ['not-stun', () => request],
    [
      'other-transaction',
      () => stunAnswer(encodeBindingRequest(new Uint8Array(12)), { ip: '1.2.3.4', port: 5 }),
    ],
    ['error-response', () => stunAnswer(request, { ip: '1.2.3.4', port: 5 }, 420)],
    ['malformed', () => stunAnswer(request, { ip: '1.2.3.4', port: 5 }).subarray(0, 28)],
    ['malformed', () => stunAnswer(request, { ip: '1.2.3.4', port: 0 })],
    ['no-address', () => hex('010100002112a4420102030405060708090a0b0c')],
    ['unknown-attribute', () => hex('010100042112a4420102030405060708090a0b0c' + '7fff0000')],
  ])('refuses an invalid response with the code %s', (code, make) => {
    const failed = ((): unknown => {
      try {
        return decodeBindingResponse(make(), id);
      } catch (error) {
        return error;
      }
    })();
    expect(failed).toBeInstanceOf(StunError);
    expect(failed).toMatchObject({ code });
  });
});

describe('a STUN client', () => {
  test('returns the external address', async () => {
    const { client } = await serve();
    expect(await client.query(never)).toBe(EXTERNAL_IP);
  });

  test('ignores an answer with another transaction ID', async () => {
    const { server, client } = await serve();
    server.mode = 'foreign-first';
    expect(await client.query(never)).toBe(EXTERNAL_IP);
  });

  test('reports a server that refuses or sends garbage', async () => {
    const { server, client } = await serve();
    server.mode = 'refusal';
    await expect(client.query(never)).rejects.toMatchObject({
      code: 'refused',
      message: 'The STUN server at 127.0.0.1 cannot be used: the server refuses with error 401',
    });
    server.mode = 'garbage';
    await expect(client.query(never)).rejects.toMatchObject({ code: 'bad-answer' });
  });

  test('stops waiting for a server when it is cancelled', async () => {
    const { server, client } = await serve();
    server.mode = 'silent';
    const limit = new AbortController();
    const asked = client.query(limit.signal);
    limit.abort();
    await expect(asked).rejects.toMatchObject({ code: 'aborted' });
  });
});
