// Which errors of a start are somebody's to mend (a taken port, a folder, a database) and which are defects of ours.
import { HttpListenError } from './api/server.ts';
import { ListenError } from './broker/listeners.ts';
import { ConfigError } from './config.ts';
import { EmbeddedError } from './db/embedded/embedded-error.ts';
import { UnfitDatabaseError } from './db/discover-edition.ts';
import { isConnectionError } from './db/errors.ts';
import { MigrationError } from './db/migrate.ts';

const REFUSALS = [ConfigError, EmbeddedError, UnfitDatabaseError, MigrationError, ListenError, HttpListenError];

/** The message of a refused start, which says what to change; `null` for a defect. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  return REFUSALS.some((kind) => error instanceof kind) || isConnectionError(error) ? error.message : null;
}
