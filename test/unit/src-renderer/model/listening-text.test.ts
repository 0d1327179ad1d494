import { describe, expect, it } from 'vitest';
import type { ListeningAddress } from '../../../../shared/model/node.ts';
import { listeningLines, receiveBufferText } from '../../../../src-renderer/model/listening-text.ts';
import { keyWords as words } from '../../../support/key-words.ts';

const at = (protocol: 'tcp' | 'udp', ip: string, port = 30_303): ListeningAddress => ({ protocol, ip, port });
const udp = (bytes: number): ListeningAddress => ({
  ...at('udp', '0.0.0.0'),
  receiveBuffer: { bytes, requested: 4_194_304 },
});

describe('the lines of the listening sockets', () => {
  it('hold endpoints of the same protocols in one line', () => {
    const both = [at('tcp', '0.0.0.0'), at('udp', '0.0.0.0'), at('tcp', '::'), at('udp', '::')];
    expect(listeningLines(both)).toEqual(['tcp, udp · 0.0.0.0:30303, [::]:30303']);
    expect(listeningLines([at('tcp', '::'), at('udp', '::', 9)])).toEqual([
      'tcp · [::]:30303',
      'udp · [::]:9',
    ]);
    expect(listeningLines([])).toEqual([]);
  });
});

describe('the receive buffer', () => {
  it('is what the system gives, with what was requested where that is more', () => {
    expect(receiveBufferText([udp(4_194_304)], words)).toEqual({
      text: '4.2 MB',
      hint: 'overview.bufferHint',
    });
    expect(receiveBufferText([udp(212_992)], words)).toEqual({
      text: 'overview.bufferLess 213 kB 4.2 MB',
      hint: 'overview.bufferLessHint 4194304',
    });
  });

  it('is the smaller one of two sockets', () => {
    expect(receiveBufferText([udp(4_194_304), udp(65_536)], words)?.text).toContain('66 kB');
    expect(receiveBufferText([udp(65_536), udp(4_194_304)], words)?.text).toContain('66 kB');
  });

  it('is not shown without a UDP socket, or where the system does not report it', () => {
    for (const sockets of [[], [at('tcp', '0.0.0.0')], [at('udp', '0.0.0.0')]])
      expect(receiveBufferText(sockets, words)).toBeNull();
  });
});
