// Opens the database the configuration asks for: a server when there is a URL, else the embedded one in a folder.
import type { BaseLogger } from 'pino';
import type { Database } from './database.ts';
import { openEmbedded } from './embedded-database.ts';
import { openServer } from './server-database.ts';

export interface OpenOptions {
  /** A TimescaleDB server; without it the embedded database under `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  log: BaseLogger;
  /** Most connections of the shared pool of a server; a dedicated handle adds its own one. */
  maxConnections?: number;
  /** How long to wait at the start for a server that is away. */
  startLimitMs?: number;
  /** How long a statement of a lane, of a caller may take. */
  laneLimitMs?: number;
  callerLimitMs?: number;
}

export async function openDatabase({ url, ...options }: OpenOptions): Promise<Database> {
  return url === undefined ? openEmbedded(options) : openServer({ url, ...options });
}
