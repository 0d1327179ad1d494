import { SeverityNumber, type LogRecord } from '@opentelemetry/api-logs';
import { draftOf, type LineDraft } from '../events/event-drafts.ts';
import type { EndCause, NodeEvent } from '../events/events.ts';
import { plainText } from '../events/plain-text.ts';
import type { Node } from '../node-record/node.ts';

/** Events of single packets and messages are not exported: there are too many, and the metrics count them. */
const PER_PACKET: ReadonlySet<NodeEvent['type']> = new Set<NodeEvent['type']>([
  'discovery/packet',
  'discovery/dropped',
  'discovery/clock',
  'peer/message',
]);

/** BOUNDED: characters of one attribute. */
const MAX_TEXT = 1_024;

const SEVERITIES: Readonly<Record<LineDraft['tone'] | 'none', readonly [SeverityNumber, string]>> = {
  good: [SeverityNumber.INFO, 'INFO'],
  quiet: [SeverityNumber.INFO, 'INFO'],
  warning: [SeverityNumber.WARN, 'WARN'],
  bad: [SeverityNumber.ERROR, 'ERROR'],
  none: [SeverityNumber.DEBUG, 'DEBUG'],
};

type Attributes = Record<string, string | number | boolean>;

/**
 * An event of the node as a log event of OpenTelemetry: its type as the name, its line in the event list as the body, and
 * its fields as attributes. Undefined for events of single packets.
 * @param at Unix milliseconds
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/
 */
export function recordOfEvent(event: NodeEvent, at: number): LogRecord | undefined {
  if (PER_PACKET.has(event.type)) return undefined;
  const draft = draftOf(event);
  const [severityNumber, severityText] = SEVERITIES[draft?.tone ?? 'none'];
  const { type, ...fields } = event;
  return {
    eventName: `enodeck.${type.replace('/', '.')}`,
    timestamp: at,
    ...{ severityNumber, severityText, body: plainText(draft?.text ?? type, MAX_TEXT) },
    attributes: attributesOf(fields),
  };
}

/** Fields one level deep: `cause.code`, `node.id`. What is neither text, number nor boolean is left out. */
function attributesOf(fields: object): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(fields) as [string, unknown][]) {
    const simple = simpleOf(value);
    if (simple !== undefined) attributes[key] = simple;
    else if (key === 'node') addParts(attributes, key, nodeParts(value as Node));
    else if (key === 'cause') addParts(attributes, key, causeParts(value as EndCause));
    else if (typeof value === 'object' && value !== null) addParts(attributes, key, value);
  }
  return attributes;
}

function addParts(attributes: Attributes, key: string, parts: object): void {
  for (const [name, value] of Object.entries(parts) as [string, unknown][]) {
    const simple = simpleOf(value);
    if (simple !== undefined) attributes[`${key}.${name}`] = simple;
  }
}

const nodeParts = ({ idHex, ip, udp, tcp }: Node): object => ({ id: idHex, ip, udp, tcp });

const causeParts = ({ code, by, stage, disconnectReason }: EndCause): object => ({
  ...{ code, by, stage, reason: disconnectReason },
});

function simpleOf(value: unknown): string | number | boolean | undefined {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'string':
      return plainText(value, MAX_TEXT);
    default:
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? plainText(value.join(', '), MAX_TEXT)
        : undefined;
  }
}
