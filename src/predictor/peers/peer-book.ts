// What is normal among devices of one kind, in memory by product and firmware; read again when it was learned anew.
import type { BaseLogger } from 'pino';
import type { Queryable } from '../../db/database.ts';
import { type PeerNormal, type Peers, peerKey } from '../core/multivariate/peer-normals.ts';

export interface PeerBook {
  peersOf(product: string, firmware: string | null): Peers;
  /** Grows whenever it was learned anew. */
  revision(): number;
  close(): void;
}

interface Row extends PeerNormal {
  product: string;
  firmware: string;
  mode: string;
  metric: string;
}

const NONE: Peers = new Map();
const ROWS_LIMIT = 100_000;
const NORMALS = `
  SELECT product_code AS product, firmware, mode, metric, devices, median, mad, spread FROM peer_normal
  ORDER BY product_code, firmware, mode, metric LIMIT ${ROWS_LIMIT}`;

const groupOf = (product: string, firmware: string): string => `${product}\n${firmware}`;

export async function openPeerBook(options: { db: Queryable; log: BaseLogger; everyMs: number }): Promise<PeerBook> {
  const { db, log, everyMs } = options;
  let groups = new Map<string, Map<string, PeerNormal>>();
  let learnedAt = '';
  let revision = 0;

  async function refresh(): Promise<void> {
    const text = 'SELECT max(learned_at) AS at, count(*)::integer AS n FROM peer_normal';
    const { at, n } = (await db.query<{ at: Date | null; n: number }>(text)).rows[0] ?? { at: null, n: 0 };
    const now = `${at?.toISOString() ?? ''} ${n}`;
    if (now === learnedAt) return;
    const { rows } = await db.query<Row>(NORMALS);
    const next = new Map<string, Map<string, PeerNormal>>();
    for (const { product, firmware, mode, metric, devices, median, mad, spread } of rows) {
      const key = groupOf(product, firmware);
      const group = next.get(key) ?? new Map<string, PeerNormal>();
      next.set(key, group.set(peerKey(mode, metric), { devices, median, mad, spread }));
    }
    groups = next;
    learnedAt = now;
    revision += 1;
  }

  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => log.warn({ error }, 'the normals of peers could not be read again'));
  }, everyMs);
  return {
    peersOf: (product, firmware) => groups.get(groupOf(product, firmware ?? '')) ?? NONE,
    revision: () => revision,
    close: () => clearInterval(timer),
  };
}
