import { bytesToHex } from '../../src-main/base/bytes.ts';
import { readVectorText } from './vectors.ts';

/** A genesis file of test/vectors/cases/genesis/00-base.json with a change. */
export interface GenesisVariant {
  readonly name: string;
  readonly text: string;
}

const BASE = readVectorText('cases/genesis/00-base.json');
const ACCOUNT = `0x${'11'.repeat(20)}`;
const SECOND = `0x${'22'.repeat(20)}`;

function replaced(from: string | RegExp, to: string): string {
  if (BASE.search(from) < 0) throw new Error(`${String(from)} is not in the base`);
  return BASE.replace(from, () => to);
}

/** The base with another value of a top-level member, as JSON text; undefined removes the member. */
const header = (name: string, value: string | undefined): string => {
  const pattern = new RegExp(`\\n "${name}": "[^"]*",`);
  if (value === undefined) return replaced(pattern, '');
  return pattern.test(BASE)
    ? replaced(pattern, `\n "${name}": ${value},`)
    : replaced('\n "nonce":', `\n "${name}": ${value},\n "nonce":`);
};

const config = (name: string, value: string | undefined): string => {
  const pattern = new RegExp(`\\n  "${name}": [^,]*,`);
  if (value === undefined) return replaced(pattern, '');
  return pattern.test(BASE)
    ? replaced(pattern, `\n  "${name}": ${value},`)
    : replaced('\n  "chainId"', `\n  "${name}": ${value},\n  "chainId"`);
};

/** The base with other members in its first account. */
const account = (members: string): string => replaced('"balance": "0xde0b6b3a7640000"', members);

/** The base with another allocation. */
const alloc = (members: string): string => `${BASE.slice(0, BASE.indexOf('"alloc"'))}"alloc": {${members}}}`;

const storage = (members: string): string => replaced('"0x01": "0x02"', members);

const texts = (
  what: string,
  make: (value: string) => string,
  values: readonly string[],
): readonly (readonly [name: string, text: string])[] =>
  values.map((value) => [`${what} ${value}`, make(value)]);

const UINTS = [
  ...['""', '"0x"', '"0x0"', '"0x00"', '"0X1f"', '"0x1F"', '"1f"', '"31"', '"031"', '31', '-31', '"-31"'],
  ...['31.0', '"31.0"', '3.1', '31e1', '0', '"0x1_f"', '" 31"', 'true', 'null', '{}', '[]'],
  ...['9007199254740993', '"9007199254740993"', '18446744073709551615', '18446744073709551616'],
  ...['"0xffffffffffffffff"', '"0x10000000000000000"', '"0x00000000000000000000000000000001"'],
];

const BIG = [
  '115792089237316195423570985008687907853269984665640564039457584007913129639935',
  '115792089237316195423570985008687907853269984665640564039457584007913129639936',
];

const BYTES = ['""', '"0x"', '"0xab"', '"0XAB"', '"ab"', '"0xa"', '"0xzz"', '171', 'null', '[]'];

const word = (digits: string): string => `"${digits.padStart(64, '0')}"`;

/** Every variant, the base first. */
export const GENESIS_VARIANTS: readonly GenesisVariant[] = [
  ['base', BASE] as const,
  ...texts('nonce', (value) => header('nonce', value), UINTS),
  ...texts('timestamp', (value) => header('timestamp', value), UINTS),
  ...texts('gasLimit', (value) => header('gasLimit', value), UINTS),
  ...texts('difficulty', (value) => header('difficulty', value), [...UINTS, ...BIG]),
  ...texts('number', (value) => header('number', value), ['""', '"0x0"', '0', '"0x1"', 'null']),
  ...texts('gasUsed', (value) => header('gasUsed', value), ['""', '"0x5"', '5']),
  ...texts('baseFeePerGas', (value) => header('baseFeePerGas', value), ['""', '"0x7"', '7', 'null']),
  ...texts('excessBlobGas', (value) => header('excessBlobGas', value), ['""', '"0x7"', '7', 'null']),
  ...texts('blobGasUsed', (value) => header('blobGasUsed', value), ['""', '"0x20000"']),
  ...texts('slotNumber', (value) => header('slotNumber', value), ['"0x7"']),
  ...texts('extraData', (value) => header('extraData', value), BYTES),
  ...texts('mixHash', (value) => header('mixHash', value), [
    ...BYTES,
    `"0X${'Ab'.repeat(32)}"`,
    `"${'ab'.repeat(32)}"`,
    `"0x${'ab'.repeat(31)}"`,
  ]),
  ...texts('parentHash', (value) => header('parentHash', value), [`"0x${'cd'.repeat(32)}"`, '""']),
  ...texts('coinbase', (value) => header('coinbase', value), [
    `"0x${'cd'.repeat(20)}"`,
    `"${'cd'.repeat(20)}"`,
    '""',
  ]),
  ...['nonce', 'timestamp', 'extraData', 'gasLimit', 'difficulty', 'mixHash', 'coinbase'].map(
    (name) => [`without ${name}`, header(name, undefined)] as const,
  ),
  ...texts('balance', (value) => account(`"balance": ${value}`), [
    ...UINTS,
    ...BIG.map((digits) => `"${digits}"`),
    ...BIG,
  ]),
  ...texts('account nonce', (value) => account(`"balance": "1", "nonce": ${value}`), UINTS),
  ...texts('code', (value) => account(`"balance": "1", "code": ${value}`), BYTES),
  ...texts('members', account, [
    '"code": "0x60"',
    '"Balance": "1"',
    '"balance": "1", "balance": "2"',
    '"balance": "2", "BALANCE": "1"',
    '"BALANCE": "1", "balance": "2", "Balance": "3"',
    '"balance": "2", "balance": null',
    '"balance": "1", "privateKey": "00", "comment": "a Besu account"',
    '"balance": "1", "storage": {}',
    '"balance": "1", "storage": null',
    '"balance": "1", "storage": {"0x01": "0x02"}, "storage": {"0x03": "0x04"}',
    '"balance": "1", "code": "0x60", "code": "0x61"',
  ]),
  ...texts('storage', storage, [
    '"0x1": "0x02"',
    '"0x01": "0x2"',
    '"01": "02"',
    '"0X01": "0x02"',
    '"0x01": "0X02"',
    '"": "0x02"',
    '"0x": "0x02"',
    '"0x01": ""',
    '"0x01": null',
    '"0x01": 2',
    '"0x01": "0x00"',
    '"0x01": "0x0102"',
    '"0x01": "0x0100"',
    '"0x01": "0x02", "01": "0x03"',
    '"0x01": "0x02", "0x0001": "0x00"',
    '"0xab": "0x02", "0xAB": "0x03"',
    '"10": "0x02", "0x01": "0x05", "2": "0x03"',
    '"10": "0x02", "0x01": "0x05", "02": "0x03"',
    `${word('ab')}: ${word('cd')}`,
    `"0x${'ab'.repeat(33)}": "0x01"`,
    `"0x01": "0x${'ab'.repeat(33)}"`,
  ]),
  ...texts('alloc', alloc, [
    '',
    `"${ACCOUNT}": {"balance": "1"}`,
    `"${ACCOUNT.slice(2)}": {"balance": "1"}`,
    `"0X${ACCOUNT.slice(2)}": {"balance": "1"}`,
    `"${ACCOUNT}": {"balance": "1"}, "${ACCOUNT.slice(2)}": {"balance": "2"}`,
    `"${ACCOUNT.slice(2)}": {"balance": "2"}, "${ACCOUNT}": {"balance": "1"}`,
    `"${ACCOUNT}": {"balance": "1", "nonce": "5"}, "${ACCOUNT}": {"balance": "2"}`,
    `"0x${'Ab'.repeat(20)}": {"balance": "1"}, "0x${'aB'.repeat(20)}": {"balance": "2"}, "${'ab'.repeat(20)}": {"balance": "3"}`,
    `"${ACCOUNT}": {}`,
    `"${ACCOUNT}": null`,
    `"${ACCOUNT}": 7`,
    `"": {"balance": "1"}`,
    `"0x": {"balance": "1"}`,
    `"${ACCOUNT}11": {"balance": "1"}`,
    `"${ACCOUNT.slice(0, -1)}": {"balance": "1"}`,
    `"${SECOND.replace('22', 'zz')}": {"balance": "1"}`,
    `"${ACCOUNT}": {"balance": "0"}`,
    `"${ACCOUNT}": {"balance": "0", "nonce": "0", "code": "0x"}`,
  ]),
  ['alloc twice', BASE.replace(/\}\s*$/, `, "alloc": {"${SECOND}": {"balance": "9"}}}`)] as const,
  ['alloc null', `${BASE.slice(0, BASE.indexOf('"alloc"'))}"alloc": null}`] as const,
  ['alloc twice, the last null', BASE.replace(/\}\s*$/, ', "alloc": null}')] as const,
  ['nonce twice', header('nonce', '"0x1", "nonce": "0x2"')] as const,
  ['nonce twice in other cases', header('nonce', '"0x1", "NONCE": "0x2"')] as const,
  ['nonce twice, the last null', header('nonce', '"0x1", "nonce": null')] as const,
  [
    'config twice',
    replaced(
      '\n "nonce":',
      '\n "config": {"shanghaiTime": null, "cancunTime": null, "pragueTime": null},\n "nonce":',
    ),
  ] as const,
  ['config null', replaced('\n "nonce":', '\n "config": null,\n "nonce":')] as const,
  [
    'names in other cases',
    BASE.replace('"mixHash"', '"mixhash"')
      .replace('"extraData"', '"EXTRADATA"')
      .replace('"londonBlock"', '"LondonBlock"'),
  ] as const,
  ...texts('chainId', (value) => config('chainId', value), [
    '9007199254740993',
    '12345678901234567890',
    '1e3',
    '1.0',
    '"71117"',
    '"0x115cd"',
    '""',
    'null',
    '-1',
  ]),
  ...texts('londonBlock', (value) => config('londonBlock', value), ['1', '"0"', 'null', '0.0', '-1']),
  ...texts('shanghaiTime', (value) => config('shanghaiTime', value), [
    '1704997000',
    '1704999999',
    '18446744073709551615',
    '18446744073709551616',
    '0.5',
    '"0"',
  ]),
  ...texts('cancunTime', (value) => config('cancunTime', value), ['1704997000', 'null', '1704999999']),
  ...texts('pragueTime', (value) => config('pragueTime', value), ['0', 'null']),
  ...texts('config member', (value) => config('chainId', `71117, ${value}`), [
    '"xFactor": 0.12345678901234567',
    '"xNumber": 123456789012345678901234567890.5',
    '"xNumbers": [12345678901234567890, -1e400]',
    '"xText": "a 12345678901234567890 \\" b"',
    '"ethash": {}',
    '"clique": {"period": 5, "epoch": 30000}',
    '"contractSizeLimit": 2147483647, "qbft": {"blockperiodseconds": 2}, "zeroBaseFee": true',
    '"enableUBTAtGenesis": true',
    '"mergeNetSplitBlock": 5',
  ]),
  [
    'a clique network',
    config('chainId', '71117, "clique": {"period": 5, "epoch": 30000}').replace(
      '"extraData": "0x"',
      `"extraData": "0x${'00'.repeat(32)}${'11'.repeat(20)}${'00'.repeat(65)}"`,
    ),
  ] as const,
  ['without homesteadBlock', config('homesteadBlock', undefined)] as const,
  ['without byzantiumBlock', config('byzantiumBlock', undefined)] as const,
  ['without shanghaiTime', config('shanghaiTime', undefined)] as const,
  [
    'without shanghaiTime and cancunTime',
    config('shanghaiTime', undefined).replace(/\n {2}"cancunTime": 0,/, ''),
  ] as const,
  [
    'without forks by time, with excessBlobGas',
    header('excessBlobGas', '"0x7"').replace(/\n {2}"(shanghai|cancun|prague)Time": \d+,/g, ''),
  ] as const,
  [
    'without London, with baseFeePerGas',
    header('baseFeePerGas', '"0x7"').replace(
      /\n {2}"(london|mergeNetsplit)Block": \d+,|\n {2}"(shanghai|cancun|prague)Time": \d+,/g,
      '',
    ),
  ] as const,
  [
    'with Amsterdam and a slot',
    header('slotNumber', '"0x7"')
      .replace('"pragueTime": 1800000000', '"pragueTime": 0, "osakaTime": 0, "amsterdamTime": 0')
      .replace(
        '"blobSchedule": {',
        '"blobSchedule": {"osaka": {"target": 6, "max": 9, "baseFeeUpdateFraction": 5007716}, "amsterdam": {"target": 6, "max": 9, "baseFeeUpdateFraction": 5007716},',
      ),
  ] as const,
  ['a trailing comma', BASE.replace(/\}\s*$/, ',}')] as const,
  ['a line comment', BASE.replace('{', '{ // mine\n')] as const,
  ['a block comment', BASE.replace('{', '{ /* mine */')] as const,
  ['text behind the document', `${BASE}\n{}`] as const,
  ['white space around', `\n\t ${BASE}\r\n`] as const,
  ['an array', `[${BASE}]`] as const,
  ['null', 'null'] as const,
  ['nothing', ''] as const,
].map(([name, text]) => ({ name, text }));

/** The hash as geth prints it in its log. */
export function shortHash(hash: Uint8Array): string {
  const hex = bytesToHex(hash);
  return `${hex.slice(0, 6)}..${hex.slice(-6)}`;
}

const BASE_HASH = 'ec63c5..68980b';

/** Variants that we read differently from geth, with our result; null if we refuse the file. */
export const DIFFERENT_FROM_GETH: Readonly<Record<string, string | null>> = {
  // A balance cannot be negative; geth takes it modulo 2^256.
  'balance -31': null,
  'balance "-31"': null,
  // A network needs a chain ID.
  'chainId null': null,
  'chainId -1': null,
  // Other clients write numbers in `config` as strings.
  'chainId "71117"': BASE_HASH,
  'chainId "0x115cd"': BASE_HASH,
  'londonBlock "0"': BASE_HASH,
  'shanghaiTime "0"': BASE_HASH,
  // Besu activates earlier forks with a later one at genesis, and accepts comments.
  'without homesteadBlock': BASE_HASH,
  'without byzantiumBlock': BASE_HASH,
  'without shanghaiTime': BASE_HASH,
  'a line comment': BASE_HASH,
  'a block comment': BASE_HASH,
  // Text after the document is an error.
  'text behind the document': null,
};
