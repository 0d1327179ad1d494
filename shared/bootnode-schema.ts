import { z } from 'zod';
import { parseEnode } from './enode.ts';
import { parseEnrText } from './enr-text.ts';

/** Enough for a record of 300 bytes or an enode URL with a long host name. */
const MAX_NODE_TEXT = 1_024;

/** What keeps a text from being a bootnode; whether a record's signature holds, the node says. */
function refusalOf(text: string): string | undefined {
  if (text.startsWith('enr:')) {
    const record = parseEnrText(text);
    return record.ok ? undefined : record.message;
  }
  const result = parseEnode(text);
  if (!result.ok) return result.message;
  const { ip, hostname, udp } = result.enode;
  if (ip === undefined && hostname === undefined) return 'A bootnode needs an IP address or a DNS name';
  return udp === 0 ? 'A bootnode needs a UDP port' : undefined;
}

/** A node that discovery begins at: an enode URL with an address and a UDP port, or a record. */
export const bootnodeText = z
  .string()
  .trim()
  .max(MAX_NODE_TEXT)
  .superRefine((text, context) => {
    const refusal = refusalOf(text);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: `is not a bootnode: ${refusal}` });
  });
