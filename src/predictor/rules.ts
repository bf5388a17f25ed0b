// Alarm rules as people write them: listed, written, changed by a new version, put in force by a second person, taken out of
// force. What was written and decided is kept.
import type { EventMap } from '../contracts/events.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import type { Product } from '../contracts/product.ts';
import type { NewRule, Rule, RuleActivation, RuleChange, RuleVersion } from '../contracts/rules.ts';
import { type Clock, isoOf } from '../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { faultOf, type WrittenRule } from './core/rules/check.ts';
import type { RuleBook } from './rule-book.ts';
import { type RuleRow, rulesOf, SELECT_RULES, storedVersion, versionsOf } from './rule-rows.ts';

export interface RuleQuery extends PageQuery {
  product?: string;
  active?: boolean;
}

/** A change of a rule that exists; refused with `out-of-date` when it has another revision by now. */
export interface RuleEdit {
  id: number;
  actor: string;
  revision?: number | undefined;
}

export interface Rules {
  list(query: RuleQuery): Promise<Page<Rule>>;
  one(id: number): Promise<Rule | null>;
  /** Newest first. */
  versions(id: number): Promise<RuleVersion[]>;
  /** A first version, which somebody else puts in force. */
  create(rule: NewRule, actor: string): Promise<Rule>;
  change(edit: RuleEdit, changes: RuleChange): Promise<Rule>;
  activate(edit: RuleEdit, activation: RuleActivation): Promise<Rule>;
  deactivate(edit: RuleEdit, note: string | undefined): Promise<Rule>;
}

const DEFAULT_LIMIT = 100;
const DEFAULT_REFRACTORY_MINUTES = 60;

type RuleChanged = EventMap['rule.changed']['change'];
type Content = Omit<RuleVersion, 'version' | 'author' | 'createdAt' | 'decisions'>;

export function createRules(database: Database, book: RuleBook, clock: Clock): Rules {
  async function one(id: number): Promise<Rule | null> {
    const { rows } = await database.query<RuleRow>(`${SELECT_RULES} WHERE r.id = $1`, [id]);
    return (await rulesOf(database, rows))[0] ?? null;
  }

  async function existing(id: number): Promise<Rule> {
    const rule = await one(id);
    if (rule === null) throw new Problem('not-found', `There is no rule ${id}`);
    return rule;
  }

  const tell = (tx: Transaction, payload: EventMap['rule.changed']): void =>
    appendEvent(tx, { type: 'rule.changed', at: isoOf(clock.now()), payload });

  /** Runs an edit over the revision the caller saw, then lets the judges know. */
  async function edit(
    { id, actor, revision }: RuleEdit,
    change: RuleChanged,
    work: (tx: Transaction, rule: Rule) => Promise<void>,
  ): Promise<Rule> {
    await database.transaction(async (tx) => {
      const locked = await tx.query<{ revision: number }>('SELECT revision FROM rule WHERE id = $1 FOR UPDATE', [id]);
      const now = locked.rows[0]?.revision;
      if (now === undefined) throw new Problem('not-found', `There is no rule ${id}`);
      if (revision !== undefined && revision !== now) {
        throw new Problem('out-of-date', 'The rule was changed since you read it; read it again and repeat your edit');
      }
      const { rows } = await tx.query<RuleRow>(`${SELECT_RULES} WHERE r.id = $1`, [id]);
      await work(tx, (await rulesOf(tx, rows))[0] as Rule);
      await tx.query('UPDATE rule SET revision = revision + 1 WHERE id = $1', [id]);
      tell(tx, { ruleId: id, change, actor });
    });
    await book.refresh();
    return existing(id);
  }

  return {
    one,
    async list({ product, active, cursor, limit = DEFAULT_LIMIT }) {
      const { rows } = await database.query<RuleRow>(
        `${SELECT_RULES} WHERE ($1::text IS NULL OR r.product_code = $1) AND r.id > $3 AND ($2::boolean IS NULL OR $2 = coalesce(
           (SELECT s.decision = 'activated' FROM rule_decision s WHERE s.rule_id = r.id ORDER BY s.id DESC LIMIT 1), false))
         ORDER BY r.id LIMIT $4`,
        [product ?? null, active ?? null, afterOf(cursor), limit + 1],
      );
      const items = await rulesOf(database, rows.slice(0, limit));
      return { items, next: rows.length > limit ? String(items.at(-1)?.id) : null };
    },
    async versions(id) {
      await existing(id);
      return versionsOf(database, id);
    },
    async create(rule, actor) {
      const content = contentOf(rule);
      check(content, await productOf(database, rule.product));
      const id = await database.transaction(async (tx) => {
        const deviceId = rule.device ? await deviceIdOf(tx, rule.device, rule.product) : null;
        await checkOverride(tx, rule, deviceId);
        const { rows } = await tx.query<{ id: number }>(
          'INSERT INTO rule (product_code, device_id, overrides) VALUES ($1, $2, $3) RETURNING id',
          [rule.product, deviceId, rule.overrides ?? null],
        );
        const ruleId = (rows[0] as { id: number }).id;
        await writeVersion(tx, { ruleId, version: 1, author: actor, atMs: clock.now() }, content);
        tell(tx, { ruleId, change: 'written', actor });
        return ruleId;
      });
      return existing(id);
    },
    change: (command, changes) =>
      edit(command, 'changed', async (tx, rule) => {
        const newest = (await versionsOf(tx, rule.id))[0] as RuleVersion;
        const content = contentOf({ ...newest, effectiveFrom: null, why: null, ...changes });
        check(content, await productOf(tx, rule.product));
        if (content.off && rule.overrides === null) throw new Problem('refused', OFF_ALONE);
        const version = newest.version + 1;
        await writeVersion(tx, { ruleId: rule.id, version, author: command.actor, atMs: clock.now() }, content);
      }),
    activate: (command, { version: wanted, mode = 'active', effectiveFrom, note }) =>
      edit(command, 'activated', async (tx, rule) => {
        const version = wanted ?? rule.draft ?? rule.version;
        const stored = await storedVersion(tx, rule.id, version);
        if (stored === null) throw new Problem('refused', `version: rule ${rule.id} has no version ${version}`);
        if (stored.author === command.actor) {
          throw new Problem('refused', `Version ${version} was written by you; a second person must put it in force`);
        }
        // The catalogue may have changed since it was written.
        check(stored, await productOf(tx, rule.product));
        const from = effectiveFrom ?? stored.effective_from ?? new Date(clock.now());
        await tx.query(
          `INSERT INTO rule_decision (rule_id, version, decision, mode, effective_from, actor, at, note)
           VALUES ($1, $2, 'activated', $3, $4, $5, $6, $7)`,
          [rule.id, version, mode, from, command.actor, new Date(clock.now()), note ?? null],
        );
      }),
    deactivate: (command, note) =>
      edit(command, 'deactivated', async (tx, rule) => {
        if (!rule.active) throw new Problem('transition-refused', `Rule ${rule.id} is not in force`);
        const now = new Date(clock.now());
        await tx.query(
          `INSERT INTO rule_decision (rule_id, version, decision, effective_from, actor, at, note)
           VALUES ($1, $2, 'deactivated', $3, $4, $3, $5)`,
          [rule.id, rule.version, now, command.actor, note ?? null],
        );
      }),
  };
}

const OFF_ALONE = 'off: only an override may be off; take a rule out of force by deactivating it';

function contentOf(written: Partial<Content> & Pick<NewRule, 'name' | 'condition' | 'severity'>): Content {
  return {
    component: written.component ?? null,
    name: written.name,
    condition: written.condition,
    severity: written.severity,
    refractoryMinutes: written.refractoryMinutes ?? DEFAULT_REFRACTORY_MINUTES,
    schedule: written.schedule ?? null,
    off: written.off ?? false,
    effectiveFrom: written.effectiveFrom ?? null,
    why: written.why ?? null,
  };
}

function check(written: WrittenRule, product: Product): void {
  const fault = faultOf(written, product);
  if (fault !== null) throw new Problem('refused', fault);
}

interface Writing {
  ruleId: number;
  version: number;
  author: string;
  atMs: number;
}

async function writeVersion(
  tx: Transaction,
  { ruleId, version, author, atMs }: Writing,
  content: Content,
): Promise<void> {
  await tx.query(
    `INSERT INTO rule_version (rule_id, version, component, name_en, name_zh, condition, severity, refractory_minutes, schedule,
       is_off, effective_from, why, author, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ruleId,
      version,
      content.component,
      content.name.en,
      content.name.zh,
      JSON.stringify(content.condition),
      content.severity,
      content.refractoryMinutes,
      content.schedule === null ? null : JSON.stringify(content.schedule),
      content.off,
      content.effectiveFrom,
      content.why,
      author,
      new Date(atMs),
    ],
  );
}

function afterOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!/^\d{1,9}$/.test(cursor)) {
    throw new Problem(
      'validation-failed',
      'cursor: send `next` of the page before as it is, or none for the first page',
    );
  }
  return Number(cursor);
}

async function productOf(db: Queryable, code: string): Promise<Product> {
  const { rows } = await db.query<{ definition: Product }>('SELECT definition FROM product WHERE code = $1', [code]);
  const product = rows[0]?.definition;
  if (product === undefined) throw new Problem('refused', `product: there is no product ${code}`);
  return product;
}

async function deviceIdOf(db: Queryable, code: string, product: string): Promise<number> {
  const text = 'SELECT id FROM device WHERE code = $1 AND product_code = $2';
  const id = (await db.query<{ id: number }>(text, [code, product])).rows[0]?.id;
  if (id === undefined) throw new Problem('refused', `device: there is no device ${code} of product ${product}`);
  return id;
}

async function checkOverride(
  db: Queryable,
  { overrides, off, product }: NewRule,
  deviceId: number | null,
): Promise<void> {
  if (!overrides) {
    if (off) throw new Problem('refused', OFF_ALONE);
    return;
  }
  if (deviceId === null) throw new Problem('refused', 'device: an override is of one device');
  const text = 'SELECT product_code, device_id FROM rule WHERE id = $1';
  const rule = (await db.query<{ product_code: string; device_id: number | null }>(text, [overrides])).rows[0];
  if (rule === undefined || rule.product_code !== product || rule.device_id !== null) {
    throw new Problem('refused', `overrides: ${product} has no rule ${overrides} for all of its devices`);
  }
  const known = await db.query<{ id: number }>('SELECT id FROM rule WHERE overrides = $1 AND device_id = $2', [
    overrides,
    deviceId,
  ]);
  if (known.rows[0] !== undefined) {
    throw new Problem(
      'already-exists',
      `overrides: the device has one already, rule ${known.rows[0].id}; change that one`,
    );
  }
}
