// A process for tests to kill: opens the embedded database in the folder it is given and inserts numbered rows for
// ever, printing each number once its commit was answered. It ends when the database is killed under it.
import { pino } from 'pino';
import { isConnectionError } from '../../src/db/errors.ts';
import { openDatabase } from '../../src/db/open.ts';

const database = await openDatabase({ dataDir: process.argv[2] ?? '', log: pino({ level: 'silent' }) });
await database.query('CREATE TABLE IF NOT EXISTS kept (n integer PRIMARY KEY, padding text NOT NULL)');
const { rows } = await database.query<{ n: number }>('SELECT coalesce(max(n), 0) AS n FROM kept');
try {
  for (let n = (rows[0]?.n ?? 0) + 1; ; n += 1) {
    const padding = 'x'.repeat(n % 3000);
    await database.transaction((tx) => tx.query('INSERT INTO kept VALUES ($1, $2)', [n, padding]));
    process.stdout.write(`${n}\n`);
  }
} catch (error) {
  if (!isConnectionError(error)) throw error;
  process.exit(0);
}
