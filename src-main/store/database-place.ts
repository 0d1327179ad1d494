/** Checks the folder of a database: it must be neither a folder of the system nor shared with other files. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, parse, relative, resolve, sep } from 'node:path';
import { describeError } from '../base/errors.ts';
import { StoreError, systemErrorCode } from './errors.ts';

/** Folders of the system by platform, including all folders below them (Filesystem Hierarchy Standard 3.0, and Apple's). */
const SYSTEM_FOLDERS: Readonly<Record<'posix' | 'win32', readonly string[]>> = {
  posix: [
    ...['/bin', '/boot', '/dev', '/etc', '/lib', '/lib32', '/lib64', '/libx32', '/proc', '/run', '/sbin'],
    ...['/snap', '/sys', '/usr', '/var/lib/dpkg', '/var/lib/rpm', '/var/run', '/System', '/Library'],
    ...['/Applications', '/cores', '/private/etc'],
  ],
  win32: ['\\Windows', '\\Program Files', '\\Program Files (x86)', '\\ProgramData\\Microsoft'],
};

/** Folders that contain the folders of other programs or users; folders below them are allowed. */
const SHARED_FOLDERS = [
  '/',
  '/home',
  '/media',
  '/mnt',
  '/opt',
  '/private',
  '/root',
  '/srv',
  '/tmp',
  '/Users',
  '/Volumes',
  '/var',
];

/** Names of LevelDB's files, and of hidden files, which do not matter. */
const DATABASE_FILE =
  /^(?:CURRENT|LOCK|LOG(?:\.old)?|MANIFEST-\d+|lost|\d+\.(?:ldb|sst|log|dbtmp)|\..*|desktop\.ini|Thumbs\.db)$/;

/**
 * Asserts that a folder, existing or not, may contain a database. Follows links.
 * @throws StoreError `not-a-folder` or `not-for-database`
 */
export async function assertDatabasePlace(folder: string): Promise<void> {
  const place = await realPlaceOf(resolve(folder));
  const refused = (reason: string): StoreError =>
    new StoreError('not-for-database', `A database cannot be in ${folder}: ${reason}.`);
  if (isSystemFolder(place)) throw refused('it is a folder of the system');
  if (SHARED_FOLDERS.includes(place) || place === parse(place).root) {
    throw refused('it is shared by others: name a folder within it');
  }
  const names = await namesIn(place);
  if (names === undefined || names.includes('CURRENT')) return;
  const other = names.find((name) => !DATABASE_FILE.test(name));
  if (other !== undefined) {
    throw refused(`it has other files in it (${other.slice(0, 40)}): name an empty or a new folder`);
  }
}

/** Whether `path` is `folder` or below it. Follows links; the paths need not exist. */
export async function liesWithin(folder: string, path: string): Promise<boolean> {
  const [outer, inner] = await Promise.all([realPlaceOf(resolve(folder)), realPlaceOf(resolve(path))]);
  const inside = relative(outer, inner);
  return (
    inside === '' ||
    (inside !== '..' && !inside.startsWith(`..${sep}`) && !/^(?:[A-Za-z]:|[\\/])/.test(inside))
  );
}

function isSystemFolder(place: string): boolean {
  const folders =
    process.platform === 'win32'
      ? SYSTEM_FOLDERS.win32.map((name) => join(parse(place).root, name).toLowerCase())
      : SYSTEM_FOLDERS.posix;
  const own = process.platform === 'win32' ? place.toLowerCase() : place;
  return folders.some((folder) => own === folder || own.startsWith(`${folder}${sep}`));
}

/** Resolves the links of the existing part of a path. */
async function realPlaceOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const above = dirname(path);
    if (systemErrorCode(error) !== 'ENOENT' || above === path) return path;
    return join(await realPlaceOf(above), path.slice(above.length));
  }
}

/** The names in a folder; undefined when it does not exist. */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    if (!(await stat(folder)).isDirectory())
      throw new StoreError('not-a-folder', `${folder} is not a folder.`);
    return await readdir(folder);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    const code = systemErrorCode(cause);
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw new StoreError('not-a-folder', `${folder} lies below a file.`, { cause });
    throw new StoreError('not-for-database', `${folder} cannot be read (${describeError(cause)}).`, {
      cause,
    });
  }
}
