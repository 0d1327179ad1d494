import { shortId } from '../../shared/format.ts';

/** A text that the Doctor can test. */
export interface DoctorExample {
  readonly kind: 'enode' | 'enr' | 'id';
  readonly text: string;
  readonly short: string;
}

/** The example of EIP-778, for a kind that the window knows no node of. @see https://eips.ethereum.org/EIPS/eip-778#test-vectors */
const EIP_778 = {
  enode:
    'enode://ca634cae0d49acb401d8a4c6b6fe8c55b70d115bf400769cc1400f3258cd31387574077f301b421bc84df7266c44e9e6d569fc56be00812904767bf5ccd1fc7f@127.0.0.1:30303',
  enr: 'enr:-IS4QHCYrYZbAKWCBRlAy5zzaDZXJBGkcnh4MHcBFZntXNFrdvJjX04jRzjzCBOonrkTfj499SZuOh8R33Ls8RRcy5wBgmlkgnY0gmlwhH8AAAGJc2VjcDI1NmsxoQPKY0yuDUmstAHYpMa2_oxVtw0RW_QAdpzBQA8yWM0xOIN1ZHCCdl8',
  id: 'a448f24c6d18e575453db13171562b71999873db5b286df957af199ec94617f7',
} as const;

/** One example of each kind, if possible of a node that the window knows a node of; `texts` are enode URLs and ENRs, `ids` node IDs. */
export function doctorExamples(texts: readonly string[], ids: readonly string[]): readonly DoctorExample[] {
  const enode = texts.find((text) => /^enode:\/\/[^@]+@/i.test(text)) ?? EIP_778.enode;
  const enr = texts.find((text) => /^enr:/i.test(text)) ?? EIP_778.enr;
  const id = ids[0] ?? EIP_778.id;
  const at = enode.lastIndexOf('@');
  const key = shortId(enode.slice('enode://'.length, at), 8, 8);
  return [
    { kind: 'enode', text: enode, short: `enode://${key}${enode.slice(at)}` },
    { kind: 'enr', text: enr, short: `enr:${shortId(enr.slice('enr:'.length), 16, 16)}` },
    { kind: 'id', text: id, short: shortId(id, 16, 16) },
  ];
}
