// Components that were changed, by what a device says about itself: it reports its components with their serial numbers, and
// one is another than before. What it never told a serial of is new knowledge and no change.
import { type EpochMs, isoOf } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';

export interface ComponentChange {
  component: string;
  previousSerial: string;
  serial: string;
}

const MAX_LENGTH = 64;

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_LENGTH ? value : null;

/** Serial numbers by component: `[{ "component": "o2-cell", "serial": "..." }]`, `code` for `component` is understood too. */
function serialsOf(reported: unknown): ReadonlyMap<string, string> {
  const serials = new Map<string, string>();
  if (!Array.isArray(reported)) return serials;
  for (const entry of reported as readonly unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue;
    const fields = entry as Readonly<Record<string, unknown>>;
    const component = textOf(fields.component) ?? textOf(fields.code);
    const serial = textOf(fields.serial);
    if (component !== null && serial !== null) serials.set(component, serial);
  }
  return serials;
}

/** In the order of the report. */
export function componentChanges(before: unknown, reported: unknown): ComponentChange[] {
  const known = serialsOf(before);
  return [...serialsOf(reported)].flatMap(([component, serial]) => {
    const previousSerial = known.get(component);
    return previousSerial === undefined || previousSerial === serial ? [] : { component, previousSerial, serial };
  });
}

/** Tells every change, before the report replaces what was known. */
export async function tellComponentChanges(
  tx: Transaction,
  deviceId: number,
  reported: unknown,
  atMs: EpochMs,
): Promise<void> {
  if (!Array.isArray(reported) || reported.length === 0) return;
  const { rows } = await tx.query<{ code: string; components: unknown }>(
    `SELECT code, attributes->'components' AS components FROM device WHERE id = $1 FOR UPDATE`,
    [deviceId],
  );
  const device = rows[0];
  if (device === undefined) return;
  for (const change of componentChanges(device.components, reported)) {
    appendEvent(tx, {
      type: 'device.component-changed',
      at: isoOf(atMs),
      payload: { device: device.code, ...change },
    });
  }
}
