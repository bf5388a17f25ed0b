// Writes health as judged: the latest of each component and of the device, and a point of its course.
import { statusOf } from '../contracts/health.ts';
import { isoOf } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import type { JudgedDevice } from './alert-store.ts';
import { contributorOf } from './core/advice.ts';
import type { HealthEffect } from './core/assess.ts';
import type { DevicePlan } from './core/plan.ts';
import type { Contribution } from './core/views.ts';

const LATEST = `
  INSERT INTO device_health (device_id, component, at, health, contributors)
  SELECT $1, u.component, $2, u.health, u.contributors
  FROM unnest($3::text[], $4::smallint[], $5::jsonb[]) AS u (component, health, contributors)
  ON CONFLICT (device_id, component) DO UPDATE
  SET at = excluded.at, health = excluded.health, contributors = excluded.contributors`;

const POINT = `
  INSERT INTO device_health_point (device_id, component, at, health)
  SELECT $1, u.component, u.at, u.health
  FROM unnest($2::timestamptz[], $3::text[], $4::smallint[]) AS u (at, component, health)
  ON CONFLICT (device_id, component, at) DO UPDATE SET health = excluded.health`;

/** Takes the states of health of one go, oldest first: every one is a point of the course, the last is the latest. */
export async function writeHealth(
  tx: Transaction,
  device: JudgedDevice,
  plan: DevicePlan,
  effects: readonly HealthEffect[],
): Promise<void> {
  const last = effects.at(-1);
  if (last === undefined) return;
  const points = effects.flatMap((effect) => rowsOf(effect).map((row) => ({ row, at: new Date(effect.atMs) })));
  await tx.prepared('health-point', POINT, [
    device.id,
    points.map(({ at }) => at),
    points.map(({ row }) => row.component),
    points.map(({ row }) => row.health),
  ]);
  const latest = rowsOf(last);
  await tx.prepared('health-latest', LATEST, [
    device.id,
    new Date(last.atMs),
    latest.map(({ component }) => component),
    latest.map(({ health }) => health),
    latest.map(({ contributors }) => JSON.stringify(contributors.map((part) => contributorOf(plan, part)))),
  ]);
  for (const { atMs, device: health } of effects) {
    const payload = { device: device.code, health, status: statusOf(health) };
    appendEvent(tx, { type: 'device.health-changed', at: isoOf(atMs), payload });
  }
}

interface HealthRow {
  component: string;
  health: number | null;
  contributors: readonly Contribution[];
}

/** The device as a whole is told with the contributors of its worst component. */
function rowsOf({ device, components }: HealthEffect): HealthRow[] {
  const known = components.filter((one): one is typeof one & { health: number } => one.health !== null);
  const worst = known.sort((a, b) => a.health - b.health)[0];
  return [
    { component: '', health: device, contributors: worst?.contributors ?? [] },
    ...components.map(({ component, health, contributors }) => ({ component: component.code, health, contributors })),
  ];
}
