/*
 * Which licences a packed dependency may have.
 */

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
  'Zlib',
]);

/** Packages with another licence, and why it may be packed. */
const EXCEPTIONS = [
  {
    name: /^@ethereumjs\//,
    licence: 'MPL-2.0',
    why: 'Copyleft per file, and its files are packed unchanged.',
  },
  {
    name: /^@fontsource-variable\//,
    licence: 'OFL-1.1',
    why: 'The licence of fonts; they are packed with a program and under their own names.',
  },
  {
    name: /^argparse$/,
    licence: 'Python-2.0',
    why: 'Permissive. A port of Python’s argparse, which js-yaml uses, which electron-updater uses.',
  },
];

/** The licences of an SPDX expression: alternatives, each a list of licences that apply together. */
function alternativesOf(expression) {
  return expression
    .replaceAll(/[()]/g, ' ')
    .split(/\sOR\s/)
    .map((part) => part.split(/\sAND\s/).map((licence) => licence.trim()));
}

/**
 * Whether a package may be packed.
 * @param expression an SPDX expression; one with AND and OR has AND bind stronger, as SPDX says
 * @returns {{ allowed: boolean, why?: string }} `why` for an exception
 */
export function judgeLicence(name, expression) {
  const alternatives = alternativesOf(expression);
  if (alternatives.some((licences) => licences.every((licence) => ALLOWED.has(licence))))
    return { allowed: true };
  const exception = EXCEPTIONS.find((rule) => rule.name.test(name) && rule.licence === expression);
  return exception === undefined ? { allowed: false } : { allowed: true, why: exception.why };
}
