import { beforeEach } from 'vitest';
import { Database } from '../../src-main/store/database.ts';
import { folderOfTest } from './folder-of-test.ts';

/** The database of one test. */
export interface DatabaseOfTest {
  readonly current: Database;
  /** Closes it and opens it again, like a restart of the program. */
  reopen(): Promise<void>;
}

/** Opens a new database for each test of the file, and closes and removes it after the test. */
export function databaseOfTest(): DatabaseOfTest {
  const folder = folderOfTest();
  let database: Database;
  const open = async (): Promise<void> => {
    database = await Database.open(folder.path('db'));
  };
  beforeEach(async () => {
    await open();
    folder.atEnd(() => database.close());
  });
  return {
    get current() {
      return database;
    },
    async reopen() {
      await database.close();
      await open();
    },
  };
}
