// Keeps a list in the order one is reading it: what is known stays where it is, what is new comes before the first one it
// outranks. Pure, and a hook that remembers.
import { useRef } from 'preact/hooks';

type Compare<T> = (a: T, b: T) => number;

/** `known`: ids in the order shown before; those no longer among the records are left out. */
export function steadyOrder<T extends { id: number }>(
  known: readonly number[],
  records: readonly T[],
  compare: Compare<T>,
): T[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  const order = known.flatMap((id) => byId.get(id) ?? []);
  const fresh = records.filter(({ id }) => !known.includes(id)).sort(compare);
  for (const record of fresh) {
    const place = order.findIndex((other) => compare(record, other) < 0);
    order.splice(place === -1 ? order.length : place, 0, record);
  }
  return order;
}

/** The order starts anew whenever `key` changes. */
export function useSteadyOrder<T extends { id: number }>(key: string, records: readonly T[], compare: Compare<T>): T[] {
  const held = useRef<{ key: string; ids: readonly number[] }>({ key, ids: [] });
  const known = held.current.key === key ? held.current.ids : [];
  const order = steadyOrder(known, records, compare);
  held.current = { key, ids: order.map(({ id }) => id) };
  return order;
}
