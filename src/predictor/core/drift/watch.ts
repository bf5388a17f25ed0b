// Has a model moved away from what it was when it was put in force? Population stability of its scores and its inputs, its Brier
// score against always saying the base rate, and the share of truths inside its intervals. Says when it should be trained anew,
// and why.
import type { Text } from '../../../contracts/text.ts';

/** Population stability index from which a distribution counts as moved (0.1 to 0.25: watch; the usual limits of credit scoring). */
export const PSI_LIMIT = 0.25;
/** Fewer than this say nothing. */
export const FEWEST_SCORES = 100;
export const FEWEST_OUTCOMES = 30;
const BINS = 10;
/** An empty bin is not impossible, only not seen. */
const LEAST_SHARE = 0.5;
/** P10 to P90 should hold 80 %. */
export const COVERAGE_LOW = 0.65;
/** Inputs that moved matter once so much of what the model asks goes to them. */
export const MOVED_USE = 0.1;
const NAMED_INPUTS = 3;

/** Inner edges of bins that hold equal shares of the values. */
export function edgesOf(values: readonly number[], bins = BINS): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const edges = Array.from(
    { length: bins - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)] as number,
  );
  return [...new Set(edges)];
}

function countsIn(values: readonly number[], edges: readonly number[]): number[] {
  const counts = Array.from({ length: edges.length + 1 }, () => 0);
  for (const value of values) {
    let bin = 0;
    while (bin < edges.length && value >= (edges[bin] as number)) bin += 1;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

/** sum (q - p) ln (q / p) over bins of the reference's deciles; 0 = the same, null where there is too little to tell. */
export function psiOf(reference: readonly number[], now: readonly number[]): number | null {
  if (reference.length < FEWEST_SCORES || now.length < FEWEST_SCORES) return null;
  const edges = edgesOf(reference);
  const share = (counts: readonly number[], n: number): number[] =>
    counts.map((count) => Math.max(count, LEAST_SHARE) / n);
  const before = share(countsIn(reference, edges), reference.length);
  const after = share(countsIn(now, edges), now.length);
  return before.reduce((sum, p, bin) => sum + ((after[bin] as number) - p) * Math.log((after[bin] as number) / p), 0);
}

/** Where hardly anything failed, saying nothing ever fails cannot be beaten: that is no fault of the model. */
const FEWEST_FAILED = 5;

export interface BrierScore {
  score: number;
  ofBaseRate: number;
  failures: number;
}

export interface Outcome {
  probability: number;
  failed: boolean;
}

/** `null` where there is too little to tell. */
export function brierOf(outcomes: readonly Outcome[]): BrierScore | null {
  const n = outcomes.length;
  if (n < FEWEST_OUTCOMES) return null;
  const failures = outcomes.filter(({ failed }) => failed).length;
  const base = failures / n;
  const score = outcomes.reduce((sum, { probability, failed }) => sum + (probability - (failed ? 1 : 0)) ** 2, 0) / n;
  return { score, ofBaseRate: base * (1 - base), failures };
}

export interface Watched {
  scorePsi: number | null;
  brier: BrierScore | null;
  coverage: number | null;
  inputs: readonly WatchedInput[];
}

export interface WatchedInput {
  name: Text;
  psi: number;
  limit: number;
  use: number;
}

/** Which inputs moved and how far, where the model asks them enough for it to matter. */
function movedInputs(inputs: readonly WatchedInput[]): Text | null {
  const moved = inputs.filter(({ psi, limit }) => psi > limit);
  if (moved.reduce((sum, { use }) => sum + use, 0) < MOVED_USE) return null;
  const named = moved.slice(0, NAMED_INPUTS);
  const rest = moved.length - named.length;
  const far = ({ psi, limit }: WatchedInput): string => `${psi.toFixed(2)} / ${limit.toFixed(2)}`;
  return {
    en: `its inputs have moved: ${named.map((one) => `${one.name.en} (${far(one)})`).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`,
    zh: `输入数据的分布已偏移：${named.map((one) => `${one.name.zh}（${far(one)}）`).join('、')}${rest > 0 ? ` 等 ${moved.length} 项` : ''}`,
  };
}

/** Why it should be trained anew; `null`: no reason to. */
export function retrainingOf({ scorePsi, brier, coverage, inputs }: Watched): Text | null {
  const reasons: Text[] = [];
  if (scorePsi !== null && scorePsi > PSI_LIMIT) {
    const by = scorePsi.toFixed(2);
    reasons.push({
      en: `its probabilities have moved (stability index ${by}, limit ${PSI_LIMIT})`,
      zh: `预测概率的分布已偏移（稳定性指数 ${by}，限值 ${PSI_LIMIT}）`,
    });
  }
  const moved = movedInputs(inputs);
  if (moved !== null) reasons.push(moved);
  if (brier !== null && brier.failures >= FEWEST_FAILED && brier.score > brier.ofBaseRate) {
    const [score, base] = [brier.score.toFixed(3), brier.ofBaseRate.toFixed(3)];
    reasons.push({
      en: `it tells less than the base rate (Brier score ${score} against ${base})`,
      zh: `预测已不如基础故障率（Brier 分数 ${score}，基准 ${base}）`,
    });
  }
  if (coverage !== null && coverage < COVERAGE_LOW) {
    const share = `${Math.round(coverage * 100)} %`;
    reasons.push({
      en: `only ${share} of failures came within its interval, 80 % should`,
      zh: `只有 ${share} 的故障落在预测区间内，应为 80 %`,
    });
  }
  if (reasons.length === 0) return null;
  return {
    en: `Train it anew: ${reasons.map(({ en }) => en).join('; ')}`,
    zh: `建议重新训练：${reasons.map(({ zh }) => zh).join('；')}`,
  };
}
