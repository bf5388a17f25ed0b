// The mappings that mend payloads: written down in versions with who and why, and in force for every message from then
// on, here at once and in other processes when they read of it in the event log.
import type { BaseLogger } from 'pino';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import type { MappingQuery, MappingVersion, NewMapping } from '../contracts/http/quarantine.ts';
import { isEmptyMapping, type PayloadMapping } from '../contracts/payload-mapping.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, isoOf } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { appendEvent, type EventLog } from '../db/event-log.ts';
import { mendPayload } from './core/payload-mapping.ts';
import type { DeviceFacts, UpMessage } from './ports.ts';

export interface PayloadMappings {
  /** The message as the decoder should see it. */
  mend(message: UpMessage, device: DeviceFacts | null): UpMessage;
  list(query: MappingQuery): Promise<Page<MappingVersion>>;
  create(mapping: NewMapping, actor: string): Promise<MappingVersion>;
  close(): void;
}

export interface PayloadMappingsOptions {
  database: Database;
  /** Brings what other processes write; without it only this one's. */
  eventLog: Pick<EventLog, 'subscribe'> | undefined;
  clock: Clock;
  log: BaseLogger;
}

interface Row {
  id: number;
  product_code: string | null;
  device_code: string | null;
  version: number;
  mapping: PayloadMapping;
  note: string;
  created_at: Date;
  created_by: string;
  is_in_force: boolean;
}

const SELECT = `SELECT m.*, NOT EXISTS (
    SELECT FROM payload_mapping n WHERE n.version > m.version
      AND (n.product_code = m.product_code OR n.device_code = m.device_code)) AS is_in_force
  FROM payload_mapping m`;

const toView = (row: Row): MappingVersion => ({
  id: row.id,
  product: row.product_code,
  device: row.device_code,
  version: row.version,
  mapping: row.mapping,
  note: row.note,
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  isInForce: row.is_in_force,
});

/** Only telemetry in JSON is mended; the held payload stays as it came. */
export const mended = (message: UpMessage, mapping: PayloadMapping): UpMessage =>
  message.kind === 'telemetry'
    ? { ...message, payload: Buffer.from(mendPayload(message.payload.toString('utf8'), mapping)) }
    : message;

interface InForce {
  products: ReadonlyMap<string, PayloadMapping>;
  devices: ReadonlyMap<string, PayloadMapping>;
}

async function readInForce(db: Queryable): Promise<InForce> {
  const { rows } = await db.query<Row>(`SELECT * FROM (${SELECT}) v WHERE is_in_force`);
  const products = new Map<string, PayloadMapping>();
  const devices = new Map<string, PayloadMapping>();
  for (const { product_code, device_code, mapping } of rows) {
    if (product_code !== null && !isEmptyMapping(mapping)) products.set(product_code, mapping);
    // An empty one of a device stands: it takes the device out of its product's.
    if (device_code !== null) devices.set(device_code, mapping);
  }
  return { products, devices };
}

export async function startPayloadMappings(options: PayloadMappingsOptions): Promise<PayloadMappings> {
  const { database, eventLog, clock, log } = options;
  let inForce = await readInForce(database);
  const refresh = async (): Promise<void> => {
    inForce = await readInForce(database);
  };
  const unsubscribe = eventLog?.subscribe((events) => {
    if (!events.some(({ type }) => type === 'payload-mapping.changed')) return;
    refresh().catch((error: unknown) => log.warn({ error }, 'payload mappings could not be read again'));
  });

  return {
    mend(message, device) {
      if (device === null || (inForce.products.size === 0 && inForce.devices.size === 0)) return message;
      const product = device.product?.code;
      const mapping =
        inForce.devices.get(device.code) ?? (product === undefined ? undefined : inForce.products.get(product));
      return mapping === undefined || isEmptyMapping(mapping) ? message : mended(message, mapping);
    },
    async list(query) {
      const limit = limitOf(query);
      const { rows } = await database.query<Row>(
        `${SELECT} WHERE ($1::text IS NULL OR m.product_code = $1) AND ($2::text IS NULL OR m.device_code = $2)
           AND ($3::integer IS NULL OR m.id < $3) ORDER BY m.id DESC LIMIT $4`,
        [query.product ?? null, query.device ?? null, keyOf(query, 'integer')?.[0] ?? null, limit + 1],
      );
      return pageOf(rows, limit, (row) => [String(row.id)], toView);
    },
    async create({ product = null, device = null, mapping, note }, actor) {
      if ((product === null) === (device === null))
        throw new Problem('validation-failed', 'give either `product` or `device`');
      const at = isoOf(clock.now());
      const row = await database.transaction(async (tx) => {
        const { rows: known } = await tx.query(
          'SELECT FROM product WHERE code = $1 UNION ALL SELECT FROM device WHERE code = $2',
          [product, device],
        );
        if (known.length === 0)
          throw new Problem('refused', `there is no ${product === null ? 'device' : 'product'} ${product ?? device}`);
        // Two who write at once: one gets the next version, the other is told by the unique key and tries again.
        const { rows } = await tx.query<Row>(
          `INSERT INTO payload_mapping (product_code, device_code, version, mapping, note, created_at, created_by)
           SELECT $1, $2, 1 + coalesce(max(version), 0), $3::jsonb, $4, $5, $6 FROM payload_mapping
           WHERE product_code = $1 OR device_code = $2
           RETURNING *, true AS is_in_force`,
          [product, device, JSON.stringify(mapping), note, at, actor],
        );
        appendEvent(tx, { type: 'payload-mapping.changed', at, payload: { product, device, actor } });
        return rows[0];
      });
      if (row === undefined) throw new Error('an INSERT returned no row');
      await refresh();
      return toView(row);
    },
    close: () => unsubscribe?.(),
  };
}
