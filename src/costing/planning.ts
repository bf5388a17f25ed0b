// What cost will be and what it may be: the desks of forecasts and budgets, which share what drives cost.
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Scope } from '../contracts/access.ts';
import type { Forecast, ForecastQuery } from '../contracts/http/forecast.ts';
import type { Clock } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { type Budgets, createBudgets } from './budgets/budgets.ts';
import { costForecast } from './forecast/cost-forecast.ts';
import { createHazardBook, type SurvivalAt } from './forecast/drivers/hazard-book.ts';
import type { ReadSummary } from './forecast/month-series.ts';

export interface PlanningOptions {
  database: Database;
  clock: Clock;
  summary: ReadSummary;
  survivalAt: SurvivalAt;
  metrics?: MetricsRegistry | undefined;
}

export interface Planning {
  budgets: Budgets;
  forecasts: { forecast(query: ForecastQuery, scope: Scope): Promise<Forecast> };
}

export function createPlanning({ database, clock, summary, survivalAt, metrics }: PlanningOptions): Planning {
  const sources = { database, clock, summary, hazards: createHazardBook({ survivalAt, clock, metrics }) };
  return {
    budgets: createBudgets(sources),
    forecasts: { forecast: (query, scope) => costForecast(sources, query, scope) },
  };
}
