// Alarm rules as people write them: list, one, create, deactivate. A change counts for readings measured from its effective date.
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import type { Product } from '../contracts/product.ts';
import type { Condition, NewRule, Rule } from '../contracts/rules.ts';
import type { Clock } from '../contracts/time.ts';
import type { Severity } from '../contracts/work-order-states.ts';
import type { Queryable } from '../db/database.ts';
import type { RuleBook } from './rule-book.ts';

export interface RuleQuery extends PageQuery {
  product?: string;
  active?: boolean;
}

export interface Rules {
  list(query: RuleQuery): Promise<Page<Rule>>;
  one(id: number): Promise<Rule | null>;
  create(rule: NewRule): Promise<Rule>;
  deactivate(id: number): Promise<Rule>;
}

const DEFAULT_LIMIT = 100;
const DEFAULT_REFRACTORY_MINUTES = 60;

interface Row {
  id: number;
  product_code: string;
  device: string | null;
  component: string | null;
  name_en: string;
  name_zh: string;
  condition: Condition;
  severity: Severity;
  refractory_minutes: number;
  version: number;
  effective_from: Date;
  active: boolean;
}

const SELECT = 'SELECT r.*, d.code AS device FROM rule r LEFT JOIN device d ON d.id = r.device_id';

const toRule = (row: Row): Rule => ({
  id: row.id,
  product: row.product_code,
  device: row.device,
  component: row.component,
  name: { en: row.name_en, zh: row.name_zh },
  condition: row.condition,
  severity: row.severity,
  refractoryMinutes: row.refractory_minutes,
  version: row.version,
  effectiveFrom: row.effective_from.toISOString(),
  active: row.active,
});

export function createRules(db: Queryable, book: RuleBook, clock: Clock): Rules {
  async function one(id: number): Promise<Rule | null> {
    const row = (await db.query<Row>(`${SELECT} WHERE r.id = $1`, [id])).rows[0];
    return row ? toRule(row) : null;
  }

  async function existing(id: number): Promise<Rule> {
    const rule = await one(id);
    if (rule === null) throw new Problem('not-found', `There is no rule ${id}`);
    return rule;
  }

  return {
    one,
    async list({ product, active, cursor, limit = DEFAULT_LIMIT }) {
      const { rows } = await db.query<Row>(
        `${SELECT} WHERE ($1::text IS NULL OR r.product_code = $1) AND ($2::boolean IS NULL OR r.active = $2) AND r.id > $3
         ORDER BY r.id LIMIT $4`,
        [product ?? null, active ?? null, afterOf(cursor), limit + 1],
      );
      const items = rows.slice(0, limit).map(toRule);
      return { items, next: rows.length > limit ? String(items.at(-1)?.id) : null };
    },
    async create(rule) {
      const product = await productOf(db, rule.product);
      checkRule(rule, product);
      const deviceId = rule.device ? await deviceIdOf(db, rule.device, rule.product) : null;
      const { rows } = await db.query<{ id: number }>(
        `INSERT INTO rule (product_code, device_id, component, metric, name_en, name_zh, condition, severity,
           refractory_minutes, effective_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
        [
          rule.product,
          deviceId,
          rule.component ?? null,
          rule.condition.metric,
          rule.name.en,
          rule.name.zh,
          JSON.stringify(rule.condition),
          rule.severity,
          rule.refractoryMinutes ?? DEFAULT_REFRACTORY_MINUTES,
          rule.effectiveFrom ?? new Date(clock.now()),
        ],
      );
      await book.refresh();
      return existing((rows[0] as { id: number }).id);
    },
    async deactivate(id) {
      await db.query('UPDATE rule SET active = false WHERE id = $1', [id]);
      await book.refresh();
      return existing(id);
    },
  };
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

/** A rule that could never speak, or never stop, is refused with what to change. */
function checkRule({ condition, component }: NewRule, product: Product): void {
  const metric = product.metrics.find(({ code }) => code === condition.metric);
  if (metric === undefined) {
    throw new Problem('refused', `condition.metric: ${product.code} has no metric ${condition.metric}`);
  }
  if (metric.kind === 'state') {
    throw new Problem('refused', `condition.metric: ${metric.code} is a state; a threshold needs a number`);
  }
  if (component && !product.components.some(({ code }) => code === component)) {
    throw new Problem('refused', `component: ${product.code} has no component ${component}`);
  }
  const { clear } = condition;
  if (clear === undefined) return;
  if ('above' in condition ? clear > condition.above : clear < condition.below) {
    throw new Problem('refused', 'condition.clear: must lie on the healthy side of the limit');
  }
}
