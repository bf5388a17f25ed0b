// Intervals for a predicted number, from how far off earlier predictions of about that size were (split conformal,
// Mondrian by the prediction itself): no shape is assumed, and the width is that of the errors met there.

/** Errors (truth minus prediction) of about equally many predictions; quantiles at the levels of `LEVELS`. */
interface Band {
  /** Mean prediction. */
  at: number;
  errors: number[];
}

export interface Bands {
  /** Largest truth that was told apart; infinite truths are given as the cap. */
  cap: number;
  bands: Band[];
  /** Independent units behind it. */
  n: number;
}

export interface Interval {
  low: number;
  high: number;
}

const STEP = 0.025;
const LEVELS = Array.from({ length: 39 }, (_, index) => STEP * (index + 1));
const MOST_BANDS = 20;
/** Fewer errors than this leave no room for the outermost level. */
export const FEWEST_ERRORS = 40;
const ERRORS_A_BAND = 200;
const ROUNDING = 1e-9;

/**
 * The value that a new error stays below with probability `level` or more, when `independent` of the sorted errors are
 * exchangeable with it: errors of one unit, moments apart, are one piece of evidence. The largest where there are too few.
 */
export function conformalQuantile(sorted: ArrayLike<number>, level: number, independent = sorted.length): number {
  const raised = Math.min(1, Math.ceil((independent + 1) * level - ROUNDING) / independent);
  return sorted[Math.max(0, Math.ceil(raised * sorted.length - ROUNDING) - 1)] as number;
}

/** `independent`: units that the errors come from. Throws when there are too few errors to say anything. */
export function fitBands(
  predicted: ArrayLike<number>,
  truths: ArrayLike<number>,
  { cap, independent }: { cap: number; independent: number },
): Bands {
  const n = predicted.length;
  if (n < FEWEST_ERRORS) throw new Error(`${n} past errors are too few for an interval: ${FEWEST_ERRORS} are needed.`);
  const order = Array.from({ length: n }, (_, index) => index).sort(
    (a, b) => (predicted[a] as number) - (predicted[b] as number),
  );
  const count = Math.max(1, Math.min(MOST_BANDS, Math.floor(n / ERRORS_A_BAND)));
  const bands = Array.from({ length: count }, (_, band) => {
    const mine = order.slice(Math.floor((band * n) / count), Math.floor(((band + 1) * n) / count));
    const errors = mine
      .map((at) => Math.min(cap, truths[at] as number) - (predicted[at] as number))
      .sort((a, b) => a - b);
    return {
      at: mine.reduce((sum, at) => sum + (predicted[at] as number), 0) / mine.length,
      // Low levels from below, high ones from above: each side errs outwards.
      errors: LEVELS.map((level) =>
        level < 0.5
          ? -conformalQuantile(errors.map((error) => -error).reverse(), 1 - level, independent)
          : conformalQuantile(errors, level, independent),
      ),
    };
  });
  return { cap, bands, n: independent };
}

/** Where a prediction lies between the middles of two bands: the lower one, and the share of the upper. */
function placeOf({ bands }: Bands, predicted: number): { lower: Band; upper: Band; share: number } {
  let above = bands.findIndex(({ at }) => at >= predicted);
  if (above < 0) above = bands.length - 1;
  const upper = bands[above] as Band;
  const lower = bands[Math.max(0, above - 1)] as Band;
  const share = upper.at > lower.at ? Math.max(0, Math.min(1, (predicted - lower.at) / (upper.at - lower.at))) : 1;
  return { lower, upper, share };
}

function errorAt(band: Band, level: number): number {
  const place = Math.max(0, Math.min(LEVELS.length - 1, level / STEP - 1));
  const below = Math.floor(place);
  const [a, b] = [band.errors[below] as number, band.errors[Math.min(LEVELS.length - 1, below + 1)] as number];
  return a + (place - below) * (b - a);
}

/** The truth that `level` of the truths at such a prediction stayed below. */
export function quantileAt(fitted: Bands, predicted: number, level: number): number {
  const { lower, upper, share } = placeOf(fitted, predicted);
  const error = (1 - share) * errorAt(lower, level) + share * errorAt(upper, level);
  return Math.max(0, Math.min(fitted.cap, predicted + error));
}

/**
 * The interval between the `miss / 2` and the `1 - miss / 2` quantile, each what its name says: where most truths reach the
 * cap nothing can be missed above, and the interval holds more than it promises.
 */
export function intervalAt(fitted: Bands, predicted: number, miss: number): Interval {
  return { low: quantileAt(fitted, predicted, miss / 2), high: quantileAt(fitted, predicted, 1 - miss / 2) };
}

/** Share of the truths at such a prediction that stayed below `limit`. */
export function shareBelow(fitted: Bands, predicted: number, limit: number): number {
  let share = 0;
  for (const level of LEVELS) if (quantileAt(fitted, predicted, level) < limit) share = level;
  return share;
}
