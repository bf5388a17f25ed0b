// Predictive jobs with what came of them, held against the estimate of what the failure would have cost. Jobs without an
// outcome, or without an estimate to hold it against, are undecided: counted, with what they cost.
import { boundsOf, isoOf, type Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { PredictedJob, UndecidedJob } from './core/maintenance-economics.ts';
import { conditionOf } from './dimension-columns.ts';
import type { Economics, FixEstimate } from './economics.ts';
import { columnsOf, JOBS, keyOfPosted, type ValueQuestion } from './maintenance-jobs.ts';

export interface PredictedOutcome {
  period: Period;
  /** Of the group the job is in. */
  key: string;
  job: PredictedJob | UndecidedJob;
}

export const isDecided = (job: PredictedOutcome['job']): job is PredictedJob => 'isConfirmed' in job;

interface OutcomeRow {
  period: Period;
  values: (string | null)[];
  device: string;
  component: string | null;
  failure_mode: string | null;
  confirmed: boolean | null;
  /** `null`: nothing was captured on the job. */
  cost: bigint | null;
}

async function readOutcomes(db: Queryable, question: ValueQuestion): Promise<OutcomeRow[]> {
  const { by, span, currency, scope, filters, mappings } = question;
  const condition = conditionOf(filters, scope, 3, mappings);
  const { rows } = await db.query<OutcomeRow>(
    `SELECT period, ${columnsOf(by)} AS values, device, component, failure_mode, finding_confirmed AS confirmed,
            (SELECT sum(f.amount_minor)::bigint FROM cost_fact f WHERE f.work_order_id = job.id AND f.currency = $3) AS cost
     FROM ${JOBS} WHERE kind = 'predictive' AND completed_at >= $1 AND completed_at < $2 ${condition.sql} ORDER BY id`,
    [isoOf(boundsOf(span.from).fromMs), isoOf(boundsOf(span.to).toMs), currency, ...condition.values],
  );
  return rows;
}

function judge(
  { confirmed, cost }: OutcomeRow,
  estimate: FixEstimate | null,
  currency: string,
): PredictedJob | UndecidedJob {
  if (confirmed === null || estimate === null || estimate.currency !== currency) return { spentMinor: cost ?? 0n };
  const estimated = confirmed ? estimate.plannedMinor : estimate.needlessMinor;
  return { isConfirmed: confirmed, unplannedMinor: estimate.unplannedMinor, actualMinor: cost ?? estimated };
}

export async function predictedOutcomes(
  db: Queryable,
  question: ValueQuestion,
  economics: Economics,
): Promise<PredictedOutcome[]> {
  const estimates = new Map<string, Promise<FixEstimate | null>>();
  const estimateOf = ({ device, component, failure_mode }: OutcomeRow): Promise<FixEstimate | null> => {
    const key = [device, component, failure_mode].join(' ');
    const known = estimates.get(key) ?? economics(device, component ?? '', failure_mode ?? '');
    estimates.set(key, known);
    return known;
  };
  const outcomes: PredictedOutcome[] = [];
  for (const row of await readOutcomes(db, question)) {
    const estimate = row.confirmed === null ? null : await estimateOf(row);
    const key = keyOfPosted(question.by, row.values, question.mappings);
    outcomes.push({ period: row.period, key, job: judge(row, estimate, question.currency) });
  }
  return outcomes;
}
