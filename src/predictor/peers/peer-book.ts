// What is normal among devices of one kind, in memory by product, firmware and lot; read again when it was learned anew.
import type { BaseLogger } from 'pino';
import { HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { type Cohort, type PeerNormal, type Peers, peerKey, peersAmong } from '../core/multivariate/peer-normals.ts';

export interface Membership {
  product: string;
  firmware: string | null;
  lot: string | null;
}

export interface PeerBook {
  peersOf(device: Membership): Peers;
  /** Grows whenever it was learned anew. */
  revision(): number;
  close(): void;
}

interface Row extends Omit<PeerNormal, 'learnedMs'> {
  product: string;
  member: string;
  mode: string;
  metric: string;
  learned_hours: number;
}

const ROWS_LIMIT = 100_000;
const NORMALS = `
  SELECT product_code AS product, cohort, member, mode, metric, devices, median, mad, spread, slow, scatter, learned_hours
  FROM peer_normal ORDER BY product_code, cohort, member, mode, metric LIMIT ${ROWS_LIMIT}`;

const groupOf = (product: string, cohort: Cohort, member: string): string => `${product}\n${cohort}\n${member}`;

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
    for (const { product, member, mode, metric, learned_hours, ...normal } of rows) {
      const key = groupOf(product, normal.cohort, member);
      const group = next.get(key) ?? new Map<string, PeerNormal>();
      next.set(key, group.set(peerKey(mode, metric), { ...normal, learnedMs: learned_hours * HOUR_MS }));
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
    peersOf({ product, firmware, lot }) {
      const own = [groupOf(product, 'firmware', firmware ?? ''), groupOf(product, 'product', '')];
      if (lot !== null) own.push(groupOf(product, 'lot', lot));
      return peersAmong(own.flatMap((group) => groups.get(group) ?? []));
    },
    revision: () => revision,
    close: () => clearInterval(timer),
  };
}
