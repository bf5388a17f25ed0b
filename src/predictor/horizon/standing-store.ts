// Writes what a horizon model says of a device's components, of the acting model and of the one in shadow.
import type { Contributor } from '../../contracts/http/devices.ts';
import type { Transaction } from '../../db/database.ts';
import type { StandingEffect } from '../core/horizon/standing.ts';

const INSERT = `
  INSERT INTO prognosis (device_id, component, failure_mode, model, model_version, made_at, watermark, horizon_hours, probability,
    probability_low, probability_high, probability_n, contributors, window_from, window_to, threshold, triggered, basis, is_shadow,
    is_strange)
  SELECT $1, u.component, u.failure_mode, 'horizon', $2, $3, $3, $4, u.probability, u.low, u.high, u.n, u.contributors, u.window_from,
    $3, u.threshold, false, 'model', $5, u.is_strange
  FROM unnest($6::text[], $7::text[], $8::float8[], $9::float8[], $10::float8[], $11::int[], $12::jsonb[], $13::timestamptz[],
    $14::float8[], $15::boolean[])
    AS u (component, failure_mode, probability, low, high, n, contributors, window_from, threshold, is_strange)`;

/** `contributorsOf` puts an answer's parts into words. */
export async function writeStanding(
  tx: Transaction,
  deviceId: number,
  { answers, isShadow, thresholds }: StandingEffect,
  contributorsOf: (answer: StandingEffect['answers'][number]) => Contributor[],
): Promise<void> {
  const first = answers[0];
  if (first === undefined) return;
  const contributors = answers.map(contributorsOf);
  await tx.prepared('prognosis-standing', INSERT, [
    deviceId,
    first.version,
    new Date(first.atMs),
    first.horizonHours,
    isShadow,
    answers.map(({ component }) => component),
    answers.map(({ failureMode }) => failureMode),
    answers.map(({ value }) => value),
    answers.map(({ low }) => low),
    answers.map(({ high }) => high),
    answers.map(({ n }) => n),
    contributors.map((one) => JSON.stringify(one)),
    contributors.map((one) => new Date(one[0]?.since ?? first.atMs)),
    answers.map(({ component }) => thresholds.get(component) ?? null),
    answers.map(({ isStrange }) => isStrange),
  ]);
}
