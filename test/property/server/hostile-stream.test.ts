import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TcpWorld } from '../../support/tcp-world.ts';

/** Bytes that the dialling side sends until the session runs: auth, Hello and the first frames. */
const STREAM_LENGTH = 800;

describe('a server with a modified stream', () => {
  it('ends the connection with a cause on both sides, leaves no socket open, and serves other nodes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(STREAM_LENGTH),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('flip', 'cut', 'insert'),
        async (at, mask, how) => {
          const world = new TcpWorld();
          const victim = world.node('10.0.0.1');
          const friend = world.node('10.0.0.3');
          const other = world.node('10.0.0.2');
          await Promise.all([victim, friend, other].map(({ server }) => server.start()));
          await world.relay('10.0.0.9', '10.0.0.1', (chunk, offset) => {
            const index = at - offset;
            if (index < 0 || index >= chunk.length) return chunk;
            if (how === 'cut') return Uint8Array.from([...chunk.slice(0, index), ...chunk.slice(index + 1)]);
            if (how === 'insert')
              return Uint8Array.from([...chunk.slice(0, index), mask, ...chunk.slice(index)]);
            chunk[index] = (chunk[index] ?? 0) ^ mask;
            return chunk;
          });
          other.server.dialing.addStatic(victim.nodeAt({ ip: '10.0.0.9', port: 30303 }));
          friend.server.dialing.addStatic(victim.node());
          await world.clock.advance(34_000);
          expect(victim.server.peer(friend.idHex)).toBeDefined();
          expect(victim.server.pendingInbound()).toBe(0);
          for (const { cause } of victim.events.of('inbound/ended'))
            expect(cause.code).not.toBe('internal-error');
          for (const { cause } of other.events.of('dial/ended'))
            expect(cause?.code).not.toBe('internal-error');
          // Auth is longer than 200 bytes, so a change in it prevents a session.
          if (at < 200) expect(other.events.of('dial/ended')[0]?.cause).toBeDefined();
          await world.clock.runUntil(Promise.all([victim, friend, other].map(({ server }) => server.stop())));
          await world.expectNothingLeft();
        },
      ),
      { numRuns: 150 },
    );
  });

  it('survives random bytes in random chunks', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 1_500 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (chunks, hangUp) => {
        const world = new TcpWorld();
        const node = world.node('10.0.0.1');
        await node.server.start();
        const stream = await world.dial('10.0.0.2', '10.0.0.1');
        for (const chunk of chunks) stream.write(chunk);
        if (hangUp) stream.end();
        await world.clock.advance(6_000);
        expect(node.server.pendingInbound()).toBe(0);
        expect(node.events.of('inbound/ended')).toHaveLength(1);
        await world.clock.runUntil(node.server.stop());
        await world.expectNothingLeft();
      }),
      { numRuns: 200 },
    );
  });
});
