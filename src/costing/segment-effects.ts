// What the segments of a version would meet in a month: who moved their drivers and passes their filters, who moved them below
// zero, how many minutes the time equations use. Read before a version is put in force; nothing is stored.
import type { AllocationSegment, Driver, NewAllocationCycle, ReceiverFilter } from '../contracts/http/allocation.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { currencyOfDriver, driversOf } from './allocation-inputs.ts';
import { isTimeDriven } from './core/cycle-network.ts';
import { RECEIVER_DIMENSIONS, type SegmentEffect } from './core/segment-problems.ts';
import { COLUMN_OF } from './dimension-columns.ts';
import { readDriver } from './drivers.ts';
import { rulesNow } from './merged-rules.ts';

/** One receiver's quantity of a driver, with what filters ask of it. */
interface Moved {
  quantity: number;
  values: Readonly<Record<string, string | null>>;
}

const filtersOf = ({ filter, activities = [] }: AllocationSegment): ReceiverFilter[] =>
  [filter, ...activities.map((activity) => activity.filter)].filter((one) => one !== undefined);

async function readMoved(
  db: Queryable,
  question: { driver: Driver; period: Period; currency: string },
  dimensions: readonly Dimension[],
): Promise<Moved[]> {
  const { receiverIds, quantitiesMilli, perUnit } = await readDriver(db, question);
  const unit = 1000 * perUnit;
  const quantities = new Map([...receiverIds].map((id, index) => [id, (quantitiesMilli[index] as number) / unit]));
  if (dimensions.length === 0) return [...quantities.values()].map((quantity) => ({ quantity, values: {} }));
  const columns = dimensions.map((dimension) => `${COLUMN_OF[dimension]} AS "${dimension}"`).join(', ');
  const { rows } = await db.query<Record<string, string | null> & { id: number }>(
    `SELECT id, ${columns} FROM cost_receiver WHERE id = ANY ($1)`,
    [[...receiverIds]],
  );
  return rows.map(({ id, ...values }) => ({ quantity: quantities.get(id) ?? 0, values }));
}

const passes = ({ values }: Moved, filter: ReceiverFilter | undefined): boolean =>
  Object.entries(filter ?? {}).every(([dimension, codes]) => {
    const value = values[dimension];
    return value != null && codes?.includes(value) === true;
  });

function effectOf(
  segment: AllocationSegment,
  isTimed: boolean,
  movedOf: (driver: Driver) => readonly Moved[],
): Omit<SegmentEffect, 'pool' | 'currency'> {
  const { driver, filter, activities = [] } = segment;
  const parts = isTimed
    ? activities.map((activity) => ({ ...activity, filter: activity.filter ?? filter }))
    : driver === undefined
      ? []
      : [{ driver, filter, minutes: 0 }];
  let receivers = 0;
  let minutes = 0;
  const below = new Map<Driver, number>();
  for (const part of parts) {
    for (const moved of movedOf(part.driver)) {
      if (moved.quantity === 0 || !passes(moved, part.filter)) continue;
      if (moved.quantity < 0) {
        below.set(part.driver, (below.get(part.driver) ?? 0) + 1);
        continue;
      }
      receivers += 1;
      minutes += moved.quantity * part.minutes;
    }
  }
  return {
    receivers,
    belowZero: [...below].map(([each, n]) => ({ driver: each, receivers: n })),
    usedMinutes: isTimed ? minutes : null,
  };
}

/** For each currency and segment; segments that go to nobody of their own are not among them. */
export async function segmentEffects(
  db: Queryable,
  cycle: NewAllocationCycle,
  period: Period,
  currencies: readonly string[],
): Promise<SegmentEffect[]> {
  const { segments, method } = await rulesNow(db, cycle);
  const asked = new Set(segments.flatMap(filtersOf).flatMap((filter) => Object.keys(filter)));
  // A filter on another dimension lets nobody through.
  const dimensions = RECEIVER_DIMENSIONS.filter((dimension) => asked.has(dimension));
  const columns = new Map<string, Moved[]>();
  const keyOf = (driver: Driver, currency: string): string => `${driver} ${currencyOfDriver(driver, currency)}`;
  for (const driver of new Set(segments.flatMap(driversOf))) {
    for (const currency of currencies) {
      const key = keyOf(driver, currency);
      if (columns.has(key)) continue;
      columns.set(
        key,
        await readMoved(db, { driver, period, currency: currencyOfDriver(driver, currency) }, dimensions),
      );
    }
  }
  return segments
    .filter((segment) => segment.driver !== undefined || isTimeDriven(segment, method))
    .flatMap((segment) =>
      currencies.map((currency) => ({
        pool: segment.pool,
        currency,
        ...effectOf(segment, isTimeDriven(segment, method), (driver) => columns.get(keyOf(driver, currency)) ?? []),
      })),
    );
}
