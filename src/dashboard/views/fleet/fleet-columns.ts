// The columns of the fleet list.

export const COLUMNS = [
  'status',
  'device',
  'product',
  'customer',
  'region',
  'health',
  'worst',
  'alerts',
  'jobs',
  'presence',
  'changed',
] as const;
export type Column = (typeof COLUMNS)[number];
/** What stays when a detail takes half of the room. */
export const NARROW_COLUMNS: readonly Column[] = ['status', 'device', 'customer', 'health', 'alerts', 'jobs'];
export const NUMBER_COLUMNS: readonly Column[] = ['alerts', 'jobs', 'changed'];
