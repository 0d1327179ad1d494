import { describe, expect, test } from 'vitest';
import { bytesToUtf8, concatBytes, hexToBytes, utf8ToBytes } from '../../../src-main/base/bytes.ts';
import type { LocalSocketEvents, OpenLocalSocket } from '../../../src-main/base/local-socket.ts';
import { BUS_TIMEOUT_MS, busPaths, hasTrayHost } from '../../../src-main/desktop/tray-host.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const PATH = '/run/user/1000/bus';

/** A bus that answers as this desktop would; undefined closes the socket instead of an answer. */
class FakeBus {
  readonly opened: string[] = [];
  readonly sent: string[] = [];
  closed = 0;
  accept = 'OK 1234\r\n';
  hasOwner: boolean | undefined = true;
  hasHost: boolean | undefined = true;
  /** Bytes of one piece; all at once by default. */
  pieces = Infinity;

  readonly open: OpenLocalSocket = (path, events) => {
    this.opened.push(path);
    return {
      send: (bytes) => {
        const text = bytesToUtf8(bytes.filter((byte) => byte >= 0x20 && byte < 0x7f));
        this.sent.push(text);
        this.#reply(text, events);
      },
      close: () => {
        this.closed += 1;
      },
    };
  };

  #reply(text: string, events: LocalSocketEvents): void {
    if (text.includes('AUTH')) this.#give(utf8ToBytes(this.accept), events);
    if (text.includes('NameHasOwner')) this.#answer(2, this.hasOwner, events);
    if (text.includes('HostRegistered')) this.#answer(3, this.hasHost, events);
  }

  #answer(serial: number, value: boolean | undefined, events: LocalSocketEvents): void {
    if (value === undefined) queueMicrotask(() => events.closed());
    // A signal comes in between, as NameAcquired does after Hello.
    else this.#give(concatBytes(message(4, 0, false), message(2, serial, value)), events);
  }

  #give(bytes: Uint8Array, events: LocalSocketEvents): void {
    queueMicrotask(() => {
      for (let at = 0; at < bytes.length; at += this.pieces)
        events.received(bytes.slice(at, at + this.pieces));
    });
  }
}

/** A message with one header field, the reply serial, and a boolean. */
function message(type: number, serial: number, value: boolean): Uint8Array {
  const bytes = hexToBytes(
    '6c00010104000000070000000800000005017500000000000' + (value ? '1000000' : '0000000'),
  );
  bytes[1] = type;
  bytes[20] = serial;
  return bytes;
}

const partsOf = (bus: FakeBus, clock = new VirtualClock()) => ({
  clock,
  openSocket: bus.open,
  environment: { DBUS_SESSION_BUS_ADDRESS: `unix:path=${PATH}` },
  userId: 1_000,
});

describe('the tray of the desktop', () => {
  test.each([1, 7, Infinity])(
    'is there when the watcher has a host, in pieces of %s bytes',
    async (pieces) => {
      const bus = new FakeBus();
      bus.pieces = pieces;
      expect(await hasTrayHost(partsOf(bus))).toBe(true);
      expect(bus.opened).toEqual([PATH]);
      expect(bus.sent[0]).toBe('AUTH EXTERNAL 31303030');
      expect(bus.closed).toBe(1);
    },
  );

  test.each([
    ['no watcher', { hasOwner: false }],
    ['a watcher without a host', { hasHost: false }],
    ['a bus that refuses the user', { accept: 'REJECTED EXTERNAL\r\n' }],
    ['a bus that hangs up', { hasOwner: undefined }],
    ['a bus that sends no message', { accept: `OK 1\r\n${'x'.repeat(40)}` }],
  ])('is not there with %s', async (_, answers) => {
    const bus = Object.assign(new FakeBus(), answers);
    expect(await hasTrayHost(partsOf(bus))).toBe(false);
    expect(bus.closed).toBe(1);
    if (bus.hasOwner === false) expect(bus.sent.join(' ')).not.toContain('HostRegistered');
  });

  test('is not there when the bus is silent', async () => {
    const bus = new FakeBus();
    bus.accept = '';
    const clock = new VirtualClock();
    const outcome = hasTrayHost(partsOf(bus, clock));
    await clock.advance(BUS_TIMEOUT_MS);
    expect(await outcome).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    expect(bus.closed).toBe(1);
  });
});

describe('the address of the session bus', () => {
  test.each([
    [`unix:path=${PATH},guid=12`, undefined, [PATH]],
    ['unix:abstract=/tmp/dbus-x,guid=1;unix:path=/a%20b', undefined, ['\0/tmp/dbus-x', '/a b']],
    ['tcp:host=localhost,port=1;autolaunch:', '/run/user/7', []],
    ['unix:runtime=yes', '/run/user/7', ['/run/user/7/bus']],
    [undefined, '/run/user/7', ['/run/user/7/bus']],
    ['', '', []],
    ['unix:path=%zz;unix:path=a%00b;;=;:', '/x', []],
  ])('%s', (address, folder, paths) => {
    expect(busPaths({ DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: folder })).toEqual(paths);
  });
});
