// Time as values: epoch milliseconds inside, ISO 8601 UTC at the edge, posting periods as `YYYY-MM` (UTC).

export type EpochMs = number;
/** A posting period, `YYYY-MM`. */
export type Period = string;

export interface Clock {
  now(): EpochMs;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const isoOf = (at: EpochMs): string => new Date(at).toISOString();

/** The calendar day of an instant, `YYYY-MM-DD` (UTC). */
export const dayOf = (at: EpochMs): string => isoOf(at).slice(0, 10);

export const periodOf = (at: EpochMs): Period => isoOf(at).slice(0, 7);

export const isPeriod = (text: string): boolean => /^[1-9]\d{3}-(0[1-9]|1[0-2])$/.test(text);

/** First instant of a period and of the one after it: [from, to). */
export function boundsOf(period: Period): { fromMs: EpochMs; toMs: EpochMs } {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return { fromMs: Date.UTC(year, month - 1), toMs: Date.UTC(year, month) };
}
