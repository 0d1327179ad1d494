import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { systemTxtResolver } from '../../../src-main/base/dns-resolver.ts';
import { serveDns, type TestDnsServer } from '../../support/dns-server.ts';
import { freePort } from '../../support/loopback-ports.ts';

let server: TestDnsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const never = new AbortController().signal;

describe('the TXT resolver', () => {
  it('joins the strings of a TXT record, also of one that needs TCP', async () => {
    const short = 'x'.repeat(300);
    const long = 'y'.repeat(1_500);
    server = await serveDns(
      new Map([
        ['short.test', short],
        ['long.test', long],
      ]),
    );
    const resolver = systemTxtResolver(server.address);
    expect(await resolver.resolveTxt('short.test', never)).toEqual([short]);
    expect(await resolver.resolveTxt('LONG.test', never)).toEqual([long]);
    expect(await resolver.resolveTxt('none.test', never)).toEqual([]);
  });

  it('returns all of dozens of TXT records of a name', async () => {
    const root = 'enrtree-root:v1 e=A l=B seq=1 sig=C';
    const others = Array.from({ length: 60 }, (_, at) => `v=spf1 include:other-${String(at)}.test ~all`);
    const many = Array.from({ length: 80 }, (_, at) => `enrtree-branch:${String(at)}`);
    server = await serveDns(
      new Map([
        ['crowded.test', [...others, root]],
        ['flood.test', many],
      ]),
    );
    const resolver = systemTxtResolver(server.address);
    expect(await resolver.resolveTxt('crowded.test', never)).toEqual([...others, root]);
    expect(await resolver.resolveTxt('flood.test', never)).toEqual(many);
  });

  it('reports a closed port and a server that does not answer, and can be aborted', async () => {
    const gone = systemTxtResolver(`127.0.0.1:${String(await freePort())}`);
    await expect(gone.resolveTxt('a.test', never)).rejects.toMatchObject({ code: 'connection-refused' });
    const silent = createSocket('udp4');
    await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
    const resolver = systemTxtResolver(`127.0.0.1:${String(silent.address().port)}`);
    await expect(resolver.resolveTxt('a.test', never)).rejects.toMatchObject({ code: 'timed-out' });
    const end = new AbortController();
    const asked = new Promise((resolve) => silent.once('message', resolve));
    const question = resolver.resolveTxt('a.test', end.signal);
    const refused = expect(question).rejects.toThrow('enough');
    await asked;
    end.abort(new Error('enough'));
    await refused;
    await new Promise<void>((resolve) => silent.close(() => resolve()));
  });

  it.each(['', 'localhost', '127.0.0.1:0', '127.0.0.1:99999', '::1:x', '[127.0.0.1', '0.0.0.0'])(
    'rejects “%s” as a DNS server',
    (text) => {
      expect(() => systemTxtResolver(text)).toThrow(/DNS server/);
    },
  );
});
