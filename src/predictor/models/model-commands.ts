// What people do with a model: let it judge in shadow, put it in force, go back to the one before, bring one from elsewhere. Nobody
// puts a model of his own in force; the database holds to that as well.
import type { ActivateModel, ModelDetail, ModelFile, ModelMode } from '../../contracts/http/models.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Clock } from '../../contracts/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { canonicalJson, hashOf } from './canonical.ts';
import type { ModelKinds } from './kinds.ts';
import type { ModelReads } from './model-reads.ts';
import { insertModel, lockModel, type ModelRow, tellModel } from './store-model.ts';

export interface ModelCommands {
  shadow(id: number, note: string, actor: string): Promise<ModelDetail>;
  activate(id: number, order: ActivateModel, actor: string): Promise<ModelDetail>;
  /** Out of force; the one before it judges again, where there is one. */
  rollback(id: number, note: string, actor: string): Promise<ModelDetail>;
  import(file: ModelFile, actor: string): Promise<ModelDetail>;
}

export interface ModelCommandsOptions {
  database: Database;
  reads: ModelReads;
  kinds: ModelKinds;
  clock: Clock;
  codeVersion: string;
}

const PLACE = 'kind = $1 AND product_code IS NOT DISTINCT FROM $2 AND component IS NOT DISTINCT FROM $3';
const placeOf = (row: ModelRow): unknown[] => [row.kind, row.product_code, row.component];
const nameOf = ({ kind, version }: ModelRow): string => `${kind} version ${version}`;

function requireSecondPerson({ author }: ModelRow, what: string, actor: string): void {
  if (author !== actor) return;
  throw new Problem('refused', `${what} was made by you; somebody else puts it in force`, { author });
}

export function createModelCommands(options: ModelCommandsOptions): ModelCommands {
  const { database, reads, kinds, clock, codeVersion } = options;

  async function detail(id: number): Promise<ModelDetail> {
    const found = await reads.one(id);
    if (found === null) throw new Problem('not-found', `There is no model ${id}`);
    return found;
  }

  /** A model that cannot be loaded judges nothing. */
  function requireSound(row: Pick<ModelRow, 'kind' | 'version' | 'content' | 'content_hash'>): void {
    const name = `${row.kind} version ${row.version}`;
    if (hashOf(row.content) !== row.content_hash) {
      throw new Problem(
        'refused',
        `${name} is corrupt: its content is not what its hash says; train or import it again`,
      );
    }
    try {
      const kind = kinds[row.kind];
      if (kind === null) throw new Error(`this program knows no models of kind ${row.kind}`);
      kind.load(JSON.parse(row.content));
    } catch (error) {
      throw new Problem(
        'refused',
        `${name} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  async function putInForce(tx: Transaction, row: ModelRow, mode: ModelMode, actor: string): Promise<void> {
    requireSound(row);
    await tx.query(`UPDATE model SET state = 'retired' WHERE ${PLACE} AND state = 'active' AND id <> $4`, [
      ...placeOf(row),
      row.id,
    ]);
    await tx.query(`UPDATE model SET state = 'active', mode = $2, approver = $3, refused = NULL WHERE id = $1`, [
      row.id,
      mode,
      actor,
    ]);
  }

  return {
    async shadow(id, note, actor) {
      await database.transaction(async (tx) => {
        const row = await lockModel(tx, id);
        if (row.state === 'active') throw new Problem('transition-refused', `${nameOf(row)} is in force already`);
        requireSound(row);
        await tx.query(`UPDATE model SET state = 'retired' WHERE ${PLACE} AND state = 'shadow' AND id <> $4`, [
          ...placeOf(row),
          id,
        ]);
        await tx.query(`UPDATE model SET state = 'shadow', refused = NULL WHERE id = $1`, [id]);
        await tellModel(tx, { id, change: 'shadowed', actor, mode: null, note, atMs: clock.now() });
      });
      return detail(id);
    },
    async activate(id, { mode, note }, actor) {
      await database.transaction(async (tx) => {
        const row = await lockModel(tx, id);
        requireSecondPerson(row, nameOf(row), actor);
        await putInForce(tx, row, mode, actor);
        await tellModel(tx, { id, change: 'activated', actor, mode, note, atMs: clock.now() });
      });
      return detail(id);
    },
    async rollback(id, note, actor) {
      const next = await database.transaction(async (tx) => {
        const row = await lockModel(tx, id);
        if (row.state !== 'active') throw new Problem('transition-refused', `${nameOf(row)} is not in force`);
        const before = await previousOf(tx, row);
        if (before === null && row.product_code === null) {
          throw new Problem('refused', `There is no version before ${nameOf(row)} to go back to`);
        }
        await tx.query(`UPDATE model SET state = 'retired' WHERE id = $1`, [id]);
        await tellModel(tx, { id, change: 'retired', actor, mode: null, note, atMs: clock.now() });
        if (before === null) return id;
        const earlier = await lockModel(tx, before.id);
        requireSecondPerson(earlier, nameOf(earlier), actor);
        await putInForce(tx, earlier, before.mode, actor);
        await tellModel(tx, {
          id: before.id,
          change: 'rolled-back',
          actor,
          mode: before.mode,
          note,
          atMs: clock.now(),
        });
        return before.id;
      });
      return detail(next);
    },
    async import(file, actor) {
      const content = canonicalJson(file.content);
      if (hashOf(content) !== file.contentHash) {
        throw new Problem(
          'refused',
          'contentHash: the content is not what its hash says; the file was changed or cut off',
        );
      }
      requireSound({ ...file, content, content_hash: file.contentHash });
      const id = await database.transaction(async (tx) => {
        const known = await tx.query('SELECT 1 FROM product WHERE code = $1', [file.product]);
        if (file.product !== null && known.rowCount === 0) {
          throw new Problem('refused', `product: there is no product ${file.product} here`);
        }
        const { kind, product, component, trainedOn, figures } = file;
        const note = `version ${file.version} of another instance, made by Stethos ${file.codeVersion}`;
        return insertModel(tx, {
          kind,
          product,
          component,
          content: file.content,
          trainedOn,
          figures,
          codeVersion,
          author: actor,
          change: 'imported',
          note,
          atMs: clock.now(),
        });
      });
      return detail(id);
    },
  };
}

/** The earlier version that was in force last, with the mode it had. */
async function previousOf(tx: Transaction, row: ModelRow): Promise<{ id: number; mode: ModelMode } | null> {
  const { rows } = await tx.query<{ id: number; mode: ModelMode }>(
    `SELECT m.id, m.mode FROM model m JOIN model_change c ON c.model_id = m.id AND c.change IN ('activated', 'rolled-back')
     WHERE ${PLACE} AND m.version < $4 ORDER BY c.id DESC LIMIT 1`,
    [...placeOf(row), row.version],
  );
  return rows[0] ?? null;
}
