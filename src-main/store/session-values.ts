/** Values of past sessions: JSON, validated when read, because the database may be damaged. */
import { z } from 'zod';
import { recordedCode } from '../../shared/causes/catalogue.ts';
import type { CauseParams } from '../../shared/causes/facts.ts';
import { recordedSentence, templateWords } from '../../shared/causes/sentences.ts';
import { VALUE_TEXTS, type ConnectionStage } from '../../shared/causes/value-texts.ts';
import type { SessionRecord } from '../../shared/model/session.ts';
import { parseStoredJson } from './stored-json.ts';

const time = z.int().min(0);
const size = z.int().min(0);
const text = (max: number) => z.string().max(max);

/** Params of one cause. BOUNDED: 16 of 256 characters. */
const MAX_PARAMS = 16;
const params = z
  .record(text(32), z.union([text(256), z.number()]))
  .refine((value) => Object.keys(value).length <= MAX_PARAMS);
const STAGES = Object.keys(VALUE_TEXTS.stage) as [ConnectionStage, ...ConnectionStage[]];

/**
 * Members that this version does not know are dropped, so that a session of a later version is shown. An earlier version
 * stored `message`, its sentence, and neither `params` nor `stage`.
 */
const sessionValue = z.object({
  nodeId: z.string().regex(/^[0-9a-f]{64}$/),
  name: text(256),
  label: text(64).nullable().default(null),
  ip: text(45),
  port: z.int().min(0).max(0xffff),
  direction: z.enum(['inbound', 'outbound']),
  kind: z.enum(['static', 'trusted', 'dynamic']),
  capabilities: z.array(text(80)).max(64),
  startedAt: time,
  endedAt: time,
  code: text(64),
  params: params.default({}),
  stage: z.enum(STAGES).nullable().catch(null),
  message: text(512).nullable().default(null),
  by: z.enum(['local', 'remote', 'network']),
  disconnectReason: text(128).nullable(),
  bytesIn: size,
  bytesOut: size,
  reputation: z.int(),
});

/** Encodes a session; truncates texts to the lengths that `decodeSession` accepts. */
export function encodeSession(session: Omit<SessionRecord, 'key'>): string {
  const whole = (value: number): number => Math.max(0, Math.round(value));
  return JSON.stringify({
    nodeId: session.nodeId,
    name: session.name.slice(0, 256),
    label: session.label?.slice(0, 64) ?? null,
    ip: session.ip.slice(0, 45),
    port: session.port,
    direction: session.direction,
    kind: session.kind,
    capabilities: session.capabilities.slice(0, 64).map((capability) => capability.slice(0, 80)),
    startedAt: whole(session.startedAt),
    endedAt: whole(session.endedAt),
    code: recordedCode(session.code.slice(0, 64)),
    params: cutParams(session.params),
    stage: session.stage,
    message: session.message?.slice(0, 512) ?? null,
    by: session.by,
    disconnectReason: session.disconnectReason?.slice(0, 128) ?? null,
    bytesIn: whole(session.bytesIn),
    bytesOut: whole(session.bytesOut),
    reputation: Math.round(session.reputation),
  } satisfies Omit<SessionRecord, 'key'>);
}

/** Decodes a session; undefined when the value is invalid. */
export function decodeSession(key: string, value: string): SessionRecord | undefined {
  const session = sessionValue.safeParse(parseStoredJson(value));
  if (!session.success) return undefined;
  return { key, ...session.data, code: recordedCode(session.data.code) };
}

function cutParams(facts: CauseParams): CauseParams {
  const entries = Object.entries(facts).slice(0, MAX_PARAMS);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, 256) : value]),
  );
}

/** The code in a stored value. */
const CODE = /"code":"([a-z0-9-]+)"/;

/**
 * Whether a value may match a node ID (null: any) and a search text (lower case). A fast check before `decodeSession`: it
 * searches only for letters and digits, because JSON, addresses and codes encode other characters differently. The words of
 * the sentence follow from the code.
 */
export function mayContain(value: string, node: string | null, wanted: string): boolean {
  if (node !== null && !value.includes(node)) return false;
  const parts = wanted.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (parts.length === 0) return true;
  const words = templateWords(CODE.exec(value)?.[1] ?? '');
  const text = value.toLowerCase();
  return parts.every((part) => text.includes(part) || words.includes(part));
}

/** Whether the name, address, ID or cause of a session contains a text (lower case). */
export function matchesText(session: SessionRecord, wanted: string): boolean {
  const { name, label, ip, port, nodeId, code, disconnectReason } = session;
  const address = ip.includes(':') ? `[${ip}]:${String(port)}` : `${ip}:${String(port)}`;
  return [
    name,
    label ?? '',
    ip,
    address,
    nodeId,
    code,
    code.replaceAll('-', ' '),
    recordedSentence(session),
    disconnectReason ?? '',
  ].some((field) => field.toLowerCase().includes(wanted));
}
