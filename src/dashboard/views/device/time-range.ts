// The time range of the device screen in the URL: a preset that ends now, or the span one zoomed to.
import { DAY_MS, HOUR_MS } from '../../../contracts/time.ts';
import type { TimeRange } from '../../charts/use-series.ts';

export const PRESETS = { '1h': HOUR_MS, '24h': DAY_MS, '7d': 7 * DAY_MS, '90d': 90 * DAY_MS } as const;
export type Preset = keyof typeof PRESETS;
type Query = Readonly<Record<string, string | undefined>>;

export const presetOf = (query: Query): Preset =>
  (Object.keys(PRESETS) as Preset[]).find((one) => one === query['range']) ?? '24h';

export function timeRangeOf(query: Query): TimeRange {
  const [fromMs, toMs] = (query['zoom'] ?? '').split('-').map(Number);
  const isZoom = fromMs !== undefined && toMs !== undefined && fromMs > 0 && toMs > fromMs;
  return isZoom ? { fromMs, toMs } : { spanMs: PRESETS[presetOf(query)] };
}
