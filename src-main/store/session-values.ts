/** A past session as text: JSON, checked when read, as a disk may give anything back. */
import { z } from 'zod';
import type { SessionRecord } from '../../shared/model/session.ts';

const time = z.int().min(0);
const size = z.int().min(0);
const text = (max: number) => z.string().max(max);

const sessionValue = z.strictObject({
  nodeId: z.string().regex(/^[0-9a-f]{64}$/),
  name: text(256),
  ip: text(45),
  port: z.int().min(0).max(0xffff),
  direction: z.enum(['inbound', 'outbound']),
  kind: z.enum(['static', 'trusted', 'dynamic']),
  capabilities: z.array(text(80)).max(64),
  startedAt: time,
  endedAt: time,
  code: text(64),
  message: text(512),
  by: z.enum(['local', 'remote', 'network']),
  disconnectReason: text(128).nullable(),
  bytesIn: size,
  bytesOut: size,
  reputation: z.int(),
});

/** The value of a session; texts are cut to what can be read back. */
export function encodeSession(session: Omit<SessionRecord, 'key'>): string {
  const whole = (value: number): number => Math.max(0, Math.round(value));
  return JSON.stringify({
    nodeId: session.nodeId,
    name: session.name.slice(0, 256),
    ip: session.ip.slice(0, 45),
    port: session.port,
    direction: session.direction,
    kind: session.kind,
    capabilities: session.capabilities.slice(0, 64).map((capability) => capability.slice(0, 80)),
    startedAt: whole(session.startedAt),
    endedAt: whole(session.endedAt),
    code: session.code.slice(0, 64),
    message: session.message.slice(0, 512),
    by: session.by,
    disconnectReason: session.disconnectReason?.slice(0, 128) ?? null,
    bytesIn: whole(session.bytesIn),
    bytesOut: whole(session.bytesOut),
    reputation: Math.round(session.reputation),
  } satisfies Omit<SessionRecord, 'key'>);
}

/** The session of a value, or undefined when it is none. */
export function decodeSession(key: string, value: string): SessionRecord | undefined {
  const session = sessionValue.safeParse(parseJson(value));
  return session.success ? { key, ...session.data } : undefined;
}

/**
 * Whether a value can be of that node and hold that text (lower case) at all: most are passed over unread. Only letters
 * and digits are looked for, as JSON, addresses and codes write the rest in other ways.
 */
export function mayContain(value: string, node: string | null, wanted: string): boolean {
  if (node !== null && !value.includes(node)) return false;
  const parts = wanted.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (parts.length === 0) return true;
  const text = value.toLowerCase();
  return parts.every((part) => text.includes(part));
}

/** Whether the name, address, ID or cause has the text, which is in lower case. */
export function matchesText(session: SessionRecord, wanted: string): boolean {
  const { name, ip, port, nodeId, code, message, disconnectReason } = session;
  const address = ip.includes(':') ? `[${ip}]:${String(port)}` : `${ip}:${String(port)}`;
  return [name, ip, address, nodeId, code, code.replaceAll('-', ' '), message, disconnectReason ?? ''].some(
    (field) => field.toLowerCase().includes(wanted),
  );
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
