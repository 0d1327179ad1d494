/** The data folder: settings, node lists, node key, database and logs of a node. */
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dataPathsOf, type DataPaths } from './data-paths.ts';
import { Database } from './database.ts';
import { StoreError } from './errors.ts';
import { makeWritable } from './writable-folder.ts';

/** An open data folder. It is locked against other processes until `close`. */
export interface DataFolder {
  readonly paths: DataPaths;
  readonly database: Database;
  close(): Promise<void>;
}

/** Temporary files of interrupted writes; they may contain a key. */
const LEFTOVER =
  /^(?:(?:settings\.json|nodes\.json|tokens\.json|nodekey(?:\.[0-9a-f]{64}\.[0-9T-]{19})?(?:\.protected)?)\.[0-9]+|write-test)$/;

/** Options of a data folder. */
export interface DataFolderOptions {
  /** Folder of the database, when it is not in the data folder. */
  readonly databaseFolder?: string | undefined;
  /** Wraps the opening of a database in `databaseFolder`; its errors are passed on. */
  readonly around?: (open: () => Promise<Database>) => Promise<Database>;
  /** See DatabaseOptions. */
  readonly program?: string | undefined;
}

/**
 * Opens a data folder; creates it when it is missing. LevelDB's lock refuses a second process.
 * @throws StoreError `not-a-folder`, `not-writable`, `folder-in-use`, `newer-schema` or `database-corrupt`
 */
export async function openDataFolder(
  folder: string,
  { databaseFolder, around = (open) => open(), program }: DataFolderOptions = {},
): Promise<DataFolder> {
  const paths = dataPathsOf(folder);
  makeWritable(paths.folder);
  // A database elsewhere does not lock this folder: an empty database in it does.
  const guard =
    databaseFolder === undefined ? undefined : await openDatabase(join(paths.folder, 'lock'), paths.folder);
  const place = databaseFolder === undefined ? paths.database : resolve(databaseFolder);
  let database: Database;
  try {
    const open = async (): Promise<Database> => {
      if (databaseFolder !== undefined) makeWritable(place);
      return await openDatabase(place, databaseFolder === undefined ? paths.folder : place, program);
    };
    database = await (databaseFolder === undefined ? open() : around(open));
  } catch (error) {
    await guard?.close();
    throw error;
  }
  await removeLeftovers(paths.folder);
  return {
    paths: { ...paths, database: place },
    database,
    async close() {
      await database.close();
      await guard?.close();
    },
  };
}

async function openDatabase(place: string, folder: string, program?: string): Promise<Database> {
  try {
    return await Database.open(place, undefined, { program });
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'folder-in-use') throw error;
    throw new StoreError('folder-in-use', `Another process uses the data folder ${folder}.`, {
      cause: error,
    });
  }
}

/** Removes temporary files. The caller has the lock, so that no other process is writing them. */
async function removeLeftovers(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const leftovers = entries.filter((entry) => entry.isFile() && LEFTOVER.test(entry.name));
  await Promise.all(leftovers.map(({ name }) => rm(join(folder, name), { force: true })));
}
