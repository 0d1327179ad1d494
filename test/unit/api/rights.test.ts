import { describe, expect, test } from 'vitest';
import type { Right } from '../../../shared/model/access.ts';
import { API_REQUESTS } from '../../../shared/api-contract.ts';
import { rightOfEveryCall, type NeededRight } from '../../../src-main/api/needed-right.ts';
import { REQUEST_RIGHTS, RPC_FEED_RIGHTS, RPC_RIGHTS } from '../../../src-main/api/rights.ts';
import { createRpcTable } from '../../../src-main/api/rpc-methods.ts';
import { FakeBackend } from '../../support/fake-backend.ts';

const { methods, feeds } = createRpcTable(new FakeBackend(), true);

describe('the table of rights', () => {
  test('has every request, method and subscription, and no other', () => {
    expect(Object.keys(REQUEST_RIGHTS).sort()).toEqual(Object.keys(API_REQUESTS).sort());
    const own = [...methods].filter(([, { request }]) => request === undefined).map(([name]) => name);
    expect(Object.keys(RPC_RIGHTS).sort()).toEqual(own.sort());
    expect(Object.keys(RPC_FEED_RIGHTS).sort()).toEqual([...feeds.keys()].sort());
  });

  test('keeps the node key and the settings for admin, and changes from read', () => {
    const needed = (pattern: RegExp): readonly Right[] =>
      [
        ...Object.entries<NeededRight>(REQUEST_RIGHTS),
        ...[...methods].map(([name, { right }]) => [name, right] as const),
      ]
        .filter(([name]) => pattern.test(name))
        .map(([, right]) => rightOfEveryCall(right));
    const secret = needed(
      /^identity\.(?!details)|^settings\.(?!export)|(?:set|reset)Setting$|(?:update|import)Settings$/i,
    );
    expect(new Set(secret)).toEqual(new Set(['admin']));
    const changes = needed(/\.(?:add|addMany|edit|remove|restore|move|start|stop|dial|send)$|Peer$|ban$/);
    expect(changes.length).toBeGreaterThan(20);
    expect(new Set(changes)).toEqual(new Set(['operate']));
  });

  test('gives a method that is made from a request the right of the request', () => {
    const made = [...methods].filter(([, { request }]) => request !== undefined);
    expect(made.length).toBeGreaterThan(35);
    for (const [name, { request, right }] of made) expect(right, name).toBe(REQUEST_RIGHTS[request!]);
    expect(methods.get('enodeck_updateSettings')?.right).toBe(REQUEST_RIGHTS['settings.update']);
    expect(methods.get('enodeck_start')?.right).toBe('operate');
    expect(methods.get('enodeck_exportNodes')?.right).toBe('read');
  });
});
