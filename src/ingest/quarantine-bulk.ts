// Letting in everything a filter names, one entry after the other through the normal commit, with progress that screens
// show; and trying a mapping on what is held without storing anything.
import type { BaseLogger } from 'pino';
import { EVERYTHING, type Scope } from '../contracts/access.ts';
import type { MappingPreview, QuarantineFilter } from '../contracts/http/quarantine.ts';
import type { Import } from '../contracts/http/system.ts';
import type { PayloadMapping } from '../contracts/payload-mapping.ts';
import { Problem } from '../contracts/problems.ts';
import type { Queryable } from '../db/database.ts';
import { mended } from './payload-mappings.ts';
import type { UpMessage } from './ports.ts';
import { COLUMNS, FILTERED, filterValues, type QuarantineRow } from './quarantine-rows.ts';
import { refusalOf, type Work } from './work.ts';

/** Shows how far a long piece of work is. */
export interface RunProgress {
  create(run: { name: string; total: number; startedBy?: string }): Promise<Import>;
  progress(
    id: number,
    step: { done: number; state?: 'running' | 'finished' | 'failed'; report?: Record<string, unknown> },
  ): Promise<Import>;
}

const PAGE = 200;

async function* idsOf(db: Queryable, filter: QuarantineFilter, scope: Scope, upTo: bigint): AsyncGenerator<number[]> {
  let after = 0n;
  for (;;) {
    const { rows } = await db.query<{ id: bigint }>(
      `SELECT q.id FROM quarantine q WHERE ${FILTERED} AND q.id > $9 AND q.id <= $10 ORDER BY q.id LIMIT $11`,
      [...filterValues(filter, scope), after, upTo, PAGE],
    );
    if (rows.length > 0) yield rows.map(({ id }) => Number(id));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

export interface BulkReplay {
  db: Queryable;
  filter: QuarantineFilter;
  scope: Scope;
  actor: string;
  progress: RunProgress;
  replay: (id: number) => Promise<unknown>;
  isClosed: () => boolean;
  log: BaseLogger;
}

/** Begins and gives back the run; it goes on by itself, oldest entry first. What does not fit stays held. */
export async function startBulkReplay(options: BulkReplay): Promise<{ run: Import; ended: Promise<void> }> {
  const { db, scope, actor, progress, log } = options;
  const filter: QuarantineFilter = { ...options.filter, state: 'held' };
  const { rows } = await db.query<{ entries: number; newest: bigint | null }>(
    `SELECT count(*)::integer AS entries, max(q.id) AS newest FROM quarantine q WHERE ${FILTERED}`,
    filterValues(filter, scope),
  );
  const total = rows[0]?.entries ?? 0;
  if (total === 0) throw new Problem('refused', 'nothing that is held fits the filter');
  const run = await progress.create({ name: 'quarantine', total, startedBy: actor });
  const ended = replayAll({ ...options, filter }, run, rows[0]?.newest ?? 0n).catch((error: unknown) =>
    log.error({ error, run: run.id }, 'a replay of the quarantine broke off; start it again to go on'),
  );
  return { run, ended };
}

async function replayAll(options: BulkReplay, run: Import, newest: bigint): Promise<void> {
  const { db, filter, scope, replay, progress, isClosed } = options;
  let replayed = 0;
  let refused = 0;
  const told = () => ({ done: Math.min(replayed + refused, run.total), report: { replayed, refused } });
  try {
    for await (const ids of idsOf(db, filter, scope, newest)) {
      for (const id of ids) {
        if (isClosed()) throw new Error('the service stops');
        try {
          await replay(id);
          replayed += 1;
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          refused += 1;
        }
      }
      await progress.progress(run.id, told());
    }
    await progress.progress(run.id, { ...told(), done: run.total, state: 'finished' });
  } catch (error) {
    await progress.progress(run.id, { ...told(), state: 'failed' }).catch(() => {});
    throw error;
  }
}

/** The newest held messages that a preview tries. */
const TRIED = 1_000;
const EXAMPLES = 5;
const EXAMPLE_LENGTH = 600;

export interface Trial {
  db: Queryable;
  product: string | undefined;
  device: string | undefined;
  mapping: PayloadMapping;
  messageOf: (row: QuarantineRow) => UpMessage | null;
  /** Decodes without storing, and without the mapping in force. */
  decode: (message: UpMessage) => Work;
}

export async function tryMapping({ db, product, device, mapping, messageOf, decode }: Trial): Promise<MappingPreview> {
  const filter = { state: 'held' as const, ...(product ? { product } : {}), ...(device ? { device } : {}) };
  const { rows } = await db.query<QuarantineRow>(
    `SELECT ${COLUMNS} FROM quarantine q WHERE ${FILTERED} ORDER BY q.id DESC LIMIT $9`,
    [...filterValues(filter, EVERYTHING), TRIED],
  );
  const remaining = new Map<string, number>();
  const examples: MappingPreview['examples'] = [];
  let tried = 0;
  for (const row of rows) {
    const message = messageOf(row);
    if (message?.kind !== 'telemetry') continue;
    tried += 1;
    const after = mended(message, mapping);
    const refusal = refusalOf(decode(after));
    if (refusal !== null) remaining.set(refusal.reason, 1 + (remaining.get(refusal.reason) ?? 0));
    if (examples.length < EXAMPLES) {
      const text = (payload: Buffer): string => payload.toString('utf8').slice(0, EXAMPLE_LENGTH);
      examples.push({
        id: Number(row.id),
        before: text(message.payload),
        after: text(after.payload),
        refusal: refusal?.detail ?? null,
      });
    }
  }
  const left = [...remaining].map(([reason, entries]) => ({ reason, entries })).sort((a, b) => b.entries - a.entries);
  const repaired = tried - left.reduce((sum, { entries }) => sum + entries, 0);
  return { tried, repaired, remaining: left, examples };
}
