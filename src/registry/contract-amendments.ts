// Amendments of a contract: other terms from a day on. They are added in the order of their days and never edited; what was
// typed wrong in a contract itself is corrected by editing it.
import type { Scope } from '../contracts/access.ts';
import { EVERYTHING } from '../contracts/access.ts';
import type { Amendment, NewAmendment, Terms } from '../contracts/http/contract-terms.ts';
import { Problem } from '../contracts/problems.ts';
import { isoOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { addScope, createConditions } from './conditions.ts';
import { columnsOfTerms, TERMS_COLUMNS, termsOf, type TermsRow } from './contract-terms.ts';
import type { MasterDataOptions } from './master-data.ts';
import { notFound } from './refusals.ts';

export interface ContractAmendments {
  list(contract: string, scope: Scope): Promise<Amendment[]>;
  add(contract: string, amendment: NewAmendment, actor: string): Promise<Amendment>;
}

interface BaseRow extends TermsRow {
  starts_on: string;
  ends_on: string;
}

interface AmendmentRow {
  effective_from: string;
  changes: Partial<Terms>;
  note: string;
  actor: string;
  recorded_at: Date;
}

/** A contract is told by hand; this many changes of it are not. */
const AMENDMENTS_LIMIT = 200;

async function baseOf(db: Queryable, contract: string, scope: Scope, lock = ''): Promise<BaseRow> {
  const where = createConditions();
  where.add(`t.code = ${where.bind(contract)}`);
  addScope(where, scope, { region: 'c.region_code', customer: 't.customer_code' });
  const { rows } = await db.query<BaseRow>(
    `SELECT t.starts_on, t.ends_on, ${TERMS_COLUMNS} FROM contract t JOIN customer c ON c.code = t.customer_code
     WHERE ${where.sql()} ${lock}`,
    where.values,
  );
  const row = rows[0];
  if (row === undefined) throw notFound('contract', contract);
  return row;
}

async function amendmentsOf(db: Queryable, contract: string): Promise<Amendment[]> {
  const { rows } = await db.query<AmendmentRow & TermsRow>(
    `SELECT a.effective_from, a.changes, a.note, a.actor, a.recorded_at, ${TERMS_COLUMNS}
     FROM contract_amendment a JOIN contract_stretch t ON t.code = a.contract_code AND t.from_on = a.effective_from
     WHERE a.contract_code = $1 ORDER BY a.effective_from LIMIT $2`,
    [contract, AMENDMENTS_LIMIT],
  );
  return rows.map((row) => ({
    effectiveFrom: row.effective_from,
    changes: row.changes,
    note: row.note,
    terms: termsOf(row),
    actor: row.actor,
    recordedAt: row.recorded_at.toISOString(),
  }));
}

/** Later than the contract's start and than every amendment before it, and within the contract. */
function refuseDay({ effectiveFrom }: NewAmendment, base: BaseRow, before: readonly Amendment[]): void {
  if (before.length >= AMENDMENTS_LIMIT) throw new Problem('refused', `More than ${AMENDMENTS_LIMIT} amendments`);
  if (effectiveFrom <= base.starts_on || effectiveFrom > base.ends_on) {
    throw new Problem('refused', `effectiveFrom: the contract runs from ${base.starts_on} to ${base.ends_on}`);
  }
  const last = before.at(-1);
  if (last !== undefined && effectiveFrom <= last.effectiveFrom) {
    throw new Problem(
      'refused',
      `effectiveFrom: the contract was amended from ${last.effectiveFrom}; choose a later day`,
    );
  }
}

/** Amounts in minor units are told as texts: JSON has no whole numbers of their size. */
const asJson = (columns: object): string =>
  JSON.stringify(columns, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

export const createContractAmendments = ({ database, clock, onChanged }: MasterDataOptions): ContractAmendments => ({
  async list(contract, scope) {
    await baseOf(database, contract, scope);
    return amendmentsOf(database, contract);
  },

  async add(contract, amendment, actor) {
    const added = await database.transaction(async (tx) => {
      const base = await baseOf(tx, contract, EVERYTHING, 'FOR UPDATE OF t');
      const before = await amendmentsOf(tx, contract);
      refuseDay(amendment, base, before);
      const held = before.at(-1)?.terms ?? termsOf(base);
      const terms = { ...held, ...amendment.changes };
      if (terms.price.currency !== base.currency.trim()) {
        throw new Problem(
          'refused',
          `price: the contract is in ${base.currency}; another currency is another contract`,
        );
      }
      await tx.query('INSERT INTO contract_amendment VALUES ($1, $2, $3, $4, $5, $6, $7)', [
        contract,
        amendment.effectiveFrom,
        JSON.stringify(amendment.changes),
        asJson(columnsOfTerms(terms)),
        amendment.note,
        actor,
        new Date(clock.now()),
      ]);
      const payload = { resource: 'contract', code: contract };
      appendEvent(tx, { type: 'registry.changed', at: isoOf(clock.now()), payload });
      return (await amendmentsOf(tx, contract)).find(({ effectiveFrom }) => effectiveFrom === amendment.effectiveFrom);
    });
    await onChanged('contract', contract);
    if (added === undefined) throw new Error(`amendment of ${contract} was not stored`);
    return added;
  },
});
