import type { Database } from './database.js';

/** Which spelling of a path is on a disk that is blind to letter case and Unicode form. */
export class Spellings {
  constructor(private readonly database: Database) {}

  /**
   * Takes a path and the folders it goes through.
   * @returns false, taking nothing, where the disk would take one of them for another that is there
   */
  take(bucketId: number, path: string): boolean {
    const get = this.database.prepare('SELECT spelling FROM spellings WHERE bucket_id = ? AND folded = ?');
    const missing: string[] = [];
    for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
      const prefix = end < 0 ? path : path.slice(0, end);
      const taken = get.get([bucketId, fold(prefix)]) as { spelling: string } | undefined;
      if (taken && taken.spelling !== prefix) return false;
      if (!taken) missing.push(prefix);
      if (end < 0) break;
    }
    const insert = this.database.prepare('INSERT INTO spellings VALUES (?, ?, ?)');
    for (const prefix of missing) insert.run([bucketId, fold(prefix), prefix]);
    return true;
  }
}

/** Two paths that any common case-blind disk may take for one another fold to the same. */
function fold(path: string): string {
  return path.normalize('NFKD').toLowerCase().toUpperCase().toLowerCase().normalize('NFC');
}
