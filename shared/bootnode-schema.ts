import { z } from 'zod';
import { MAX_NODE_TEXT, parseEnode } from './enode.ts';
import { parseEnrText } from './enr-text.ts';

/** Why `text` is not a bootnode; undefined if it is one. The signature of an ENR is verified by the node. */
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

/** A bootnode: an enode URL with an address and a UDP port, or an ENR. */
export const bootnodeText = z
  .string()
  .trim()
  .max(MAX_NODE_TEXT)
  .superRefine((text, context) => {
    const refusal = refusalOf(text);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: `is not a bootnode: ${refusal}` });
  });
