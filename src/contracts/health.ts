// Words for health: one scale for every screen and event.
import { Type } from 'typebox';

export const STATUSES = ['healthy', 'watch', 'degraded', 'failing', 'unknown', 'offline'] as const;
export const Status = Type.Enum([...STATUSES]);
export type Status = (typeof STATUSES)[number];

/** Health 0-100 in words; missing health is `unknown`, never healthy. */
export function statusOf(health: number | null): Exclude<Status, 'offline'> {
  if (health === null) return 'unknown';
  if (health >= 80) return 'healthy';
  if (health >= 60) return 'watch';
  return health >= 30 ? 'degraded' : 'failing';
}
