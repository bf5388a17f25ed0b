// Reading commands back: the history of a device, newest first, and single ones. Whether the caller may see the device
// is checked before.
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { Command, CommandQuery } from '../../contracts/http/commands.ts';
import type { Page } from '../../contracts/http/page.ts';
import type { Queryable } from '../../db/database.ts';
import { type CommandRow, SELECT_COMMANDS, toCommand } from './command-rows.ts';

export interface CommandReads {
  list(device: string, query: CommandQuery): Promise<Page<Command>>;
  /** `null` where the device has no such command. */
  one(device: string, request: string): Promise<Command | null>;
  /** Those that exist, in no particular order. */
  many(requests: readonly string[]): Promise<Command[]>;
}

export function createCommandReads(db: Queryable): CommandReads {
  return {
    async list(device, query) {
      const limit = limitOf(query);
      const before = keyOf(query, 'integer')?.[0] ?? null;
      const { rows } = await db.query<CommandRow>(
        `${SELECT_COMMANDS} WHERE d.code = $1 AND ($2::text IS NULL OR c.state = $2) AND ($3::bigint IS NULL OR c.id < $3)
         ORDER BY c.id DESC LIMIT $4`,
        [device, query.state ?? null, before, limit + 1],
      );
      return pageOf(rows, limit, (row) => [String(row.id)], toCommand);
    },
    async one(device, request) {
      const text = `${SELECT_COMMANDS} WHERE d.code = $1 AND c.request = $2`;
      const row = (await db.query<CommandRow>(text, [device, request])).rows[0];
      return row === undefined ? null : toCommand(row);
    },
    async many(requests) {
      const { rows } = await db.query<CommandRow>(`${SELECT_COMMANDS} WHERE c.request = ANY ($1)`, [requests]);
      return rows.map(toCommand);
    },
  };
}
