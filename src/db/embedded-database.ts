// The embedded database: one connection, which the lane of ingest and everybody else use in turns. It cannot end a
// statement that takes too long, so its process is then started again.
import type pg from 'pg';
import type { BaseLogger } from 'pino';
import type { Database } from './database.ts';
import { discoverEdition } from './discover-edition.ts';
import { startEmbedded } from './embedded/start.ts';
import { isTimeout } from './errors.ts';
import { createShared, databaseOver, type Line, queryableOver } from './handle.ts';
import { CONNECT_TIMEOUT_MS, createPool, type Pool, SESSION } from './pool.ts';
import { createTurns, type Turns } from './turns.ts';

export interface EmbeddedOptions {
  dataDir: string;
  log: BaseLogger;
  /** A lane's statement that takes longer is taken for one that never ends. */
  laneLimitMs?: number;
  callerLimitMs?: number;
}

/** Longer than on a server: it runs on a machine that may be slow, and a start takes seconds. */
const LANE_LIMIT_MS = 60_000;
/** A caller's too: its end costs everybody a start. */
const CALLER_LIMIT_MS = 30_000;
/** One connection serves everybody, so that waiting for it is normal under load. */
const WAIT_MS = 60_000;

interface EmbeddedLine {
  pool: Pool;
  turns: Turns;
  isLane: boolean;
  /** Past it the database is started again: it has no other way to end a statement. */
  limitMs?: number;
  restart: () => void;
}

const embeddedLine = ({ pool, turns, isLane, limitMs, restart }: EmbeddedLine): Line => ({
  async open() {
    const endTurn = await turns.take(isLane);
    try {
      const client = await pool.connect();
      return {
        async run(config) {
          if (limitMs === undefined) return client.query(config);
          return client.query({ ...config, query_timeout: limitMs } as pg.QueryConfig).catch((error: unknown) => {
            if (isTimeout(error)) restart();
            throw error;
          });
        },
        release(isLost) {
          client.release(isLost);
          endTurn();
        },
      };
    } catch (error) {
      endTurn();
      throw error;
    }
  },
});

export async function openEmbedded(options: EmbeddedOptions): Promise<Database> {
  const { dataDir, log, laneLimitMs = LANE_LIMIT_MS, callerLimitMs = CALLER_LIMIT_MS } = options;
  const embedded = await startEmbedded({ dataDir, log });
  const shared = createShared();
  const turns = createTurns(WAIT_MS);
  const pool = createPool({
    target: { host: embedded.host, port: embedded.port, user: 'postgres', database: 'postgres' },
    max: 1,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    sessionSetup: SESSION,
    log,
  });
  const common = { pool, turns, restart: embedded.restart };
  const line = embeddedLine({ ...common, isLane: false });
  const callerLine = embeddedLine({ ...common, isLane: false, limitMs: callerLimitMs });
  const laneLine = embeddedLine({ ...common, isLane: true, limitMs: laneLimitMs });
  const cut = (): void => {
    embedded.cut();
    pool.cut();
  };
  const close = async (): Promise<void> => {
    await pool.end();
    await embedded.close();
  };
  try {
    const edition = await discoverEdition(queryableOver(line), 'embedded');
    const lane = (): Database =>
      databaseOver({
        line: laneLine,
        callerLine: laneLine,
        edition,
        shared,
        cut,
        dedicated: lane,
        close: async () => {},
      });
    return databaseOver({ line, callerLine, edition, shared, cut, dedicated: lane, close });
  } catch (error) {
    await close();
    throw error;
  }
}
