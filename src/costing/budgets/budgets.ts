// The budget desk: versions and who puts them in force, tables pasted in, how far the one in force is used up, and what is told of it.
import { EVERYTHING, type Scope } from '../../contracts/access.ts';
import type {
  Budget,
  BudgetConsumption,
  BudgetDetail,
  BudgetImport,
  BudgetTable,
  ConsumptionQuery,
  NewBudget,
} from '../../contracts/http/budgets.ts';
import { isoOf, periodOf } from '../../contracts/time.ts';
import { activateBudget, createBudget, importBudget, listBudgets, readBudget } from './budget-versions.ts';
import { budgetConsumption, type ConsumptionSources } from './consumption.ts';
import { newestNotice, tellOverruns } from './overrun-notices.ts';

export interface Budgets {
  list(): Promise<Budget[]>;
  one(code: string, version: number): Promise<BudgetDetail>;
  create(budget: NewBudget, actor: string): Promise<Budget>;
  importTable(table: BudgetTable, actor: string): Promise<BudgetImport>;
  activate(budget: { code: string; version: number }, actor: string, note: string | null): Promise<Budget>;
  consumption(query: ConsumptionQuery, scope: Scope): Promise<BudgetConsumption>;
  /** Tells what changed of expected overruns since it was told last: so many changes. */
  look(): Promise<number>;
}

export function createBudgets(sources: ConsumptionSources): Budgets {
  const { database, clock } = sources;
  const written = (actor: string) => ({ actor, at: isoOf(clock.now()) });
  return {
    list: () => listBudgets(database),
    one: (code, version) => readBudget(database, code, version),
    create: (budget, actor) => createBudget(database, budget, written(actor)),
    importTable: (table, actor) => importBudget(database, table, written(actor)),
    activate: (budget, actor, note) => activateBudget(database, { ...budget, note, ...written(actor) }),
    consumption: (query, scope) => budgetConsumption(sources, query, scope),
    async look() {
      const openMonth = periodOf(clock.now());
      let told = 0;
      for (const { code, isInForce, to } of await listBudgets(database)) {
        if (!isInForce || to < openMonth) continue;
        const newest = await newestNotice(database, code);
        // Another version may have been put in force since they were listed.
        const { budget, rows } = await budgetConsumption(sources, { code }, EVERYTHING);
        if (budget) told += await tellOverruns(database, { budget, rows, newest }, clock.now());
      }
      return told;
    },
  };
}
