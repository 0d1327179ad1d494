import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as checker from 'license-checker-rseidelsohn';
import { judgeLicence } from './licences.mjs';

/*
 * NOTICES.txt: name, licence and licence text of every npm package in a package of Enodeck, and where the licences of
 * Electron and Chromium are.
 */

const readLicences = promisify(checker.init);

/** The lists that the build writes (build/bundled-packages.ts). */
const BUNDLED = ['out/bundled/preload.json', 'out/bundled/renderer.json'];

const RULE = '='.repeat(78);
const INTRODUCTION = `Enodeck is MIT-licensed. It contains the npm packages below, each under its own licence, and Electron with Chromium
and Node.js, whose licences are in LICENSE.electron.txt and LICENSES.chromium.html.`;

/** A readme is a licence file only from its section on. */
function licenceText(file) {
  if (file === undefined || !existsSync(file)) return '';
  const text = readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim();
  if (!/^readme/i.test(basename(file))) return text;
  const at = text.search(/^#+\s*(?:the )?licen[cs]e/im);
  return at < 0 ? '' : text.slice(at);
}

/**
 * Finds the packages in a package of Enodeck: the run-time dependencies, and those that Vite bundled.
 * @returns {Promise<{ id: string, name: string, licence: string, source?: string, text: string }[]>} sorted by `id`, such
 *   as `zod@4.6.7`
 * @throws Error when the product is not built
 */
export async function packedPackages(root) {
  const bundled = new Set(
    BUNDLED.flatMap((file) => {
      const path = join(root, file);
      if (!existsSync(path)) throw new Error(`${file} is missing; run: npm run build`);
      return JSON.parse(readFileSync(path, 'utf8'));
    }),
  );
  const [installed, runtime] = [
    await readLicences({ start: root }),
    await readLicences({ start: root, production: true }),
  ];
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name;
  return Object.entries(installed)
    .map(([id, facts]) => ({ id, name: id.slice(0, id.lastIndexOf('@')), ...facts }))
    .filter(({ id, name }) => name !== own && (id in runtime || bundled.has(name)))
    .map(({ id, name, licenses, repository, licenseFile }) => ({
      ...{ id, name, source: repository, text: licenceText(licenseFile) },
      licence: Array.isArray(licenses) ? licenses.join(' AND ') : licenses,
    }))
    .sort((a, b) => a.id.localeCompare(b.id, 'en'));
}

/**
 * Writes the notices, and prints the packages whose licence is an exception.
 * @throws Error that names the packages whose licence is not allowed
 */
export async function writeNotices(root, target) {
  const packages = (await packedPackages(root)).map((found) => ({
    ...found,
    judgement: judgeLicence(found.name, found.licence),
  }));
  const refused = packages.filter(({ judgement }) => !judgement.allowed);
  if (refused.length > 0) {
    const list = refused.map(({ id, licence }) => `${id} (${licence})`).join(', ');
    throw new Error(`Licences that are not allowed (build/package/licences.mjs): ${list}.`);
  }
  for (const { id, licence, judgement } of packages.filter(({ judgement }) => judgement.why !== undefined)) {
    console.log(`Licence by exception: ${id} (${licence}). ${judgement.why}`);
  }
  const sections = packages.map(({ id, licence, source, text }) =>
    [RULE, `${id}: ${licence}`, source ?? '', '', text].join('\n').trimEnd(),
  );
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${[INTRODUCTION, ...sections].join('\n\n')}\n`);
  console.log(`NOTICES.txt: ${packages.length} npm packages.`);
}
