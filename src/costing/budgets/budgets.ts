// The budget desk: versions and who puts them in force, tables pasted in, and how far the one in force is used up.
import type { Scope } from '../../contracts/access.ts';
import type {
  Budget,
  BudgetConsumption,
  BudgetDetail,
  BudgetImport,
  BudgetTable,
  ConsumptionQuery,
  NewBudget,
} from '../../contracts/http/budgets.ts';
import { isoOf } from '../../contracts/time.ts';
import { activateBudget, createBudget, importBudget, listBudgets, readBudget } from './budget-versions.ts';
import { budgetConsumption, type ConsumptionSources } from './consumption.ts';

export interface Budgets {
  list(): Promise<Budget[]>;
  one(code: string, version: number): Promise<BudgetDetail>;
  create(budget: NewBudget, actor: string): Promise<Budget>;
  importTable(table: BudgetTable, actor: string): Promise<BudgetImport>;
  activate(budget: { code: string; version: number }, actor: string, note: string | null): Promise<Budget>;
  consumption(query: ConsumptionQuery, scope: Scope): Promise<BudgetConsumption>;
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
  };
}
