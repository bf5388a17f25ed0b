// Remembers where each device was last seen to belong, to notice when one moves: whoever's view is cut to regions or
// customers must then start over, for they cannot be told of what they may no longer see.
import type { Place } from './audience.ts';

export interface Places {
  /** Notes where a device is; true when it was somewhere else before. */
  see(device: string, place: Place): boolean;
}

const LIMIT = 50_000;

export function createPlaces(limit = LIMIT): Places {
  const known = new Map<string, string>();
  return {
    see(device, { region, customer }) {
      const now = JSON.stringify([region, customer]);
      const before = known.get(device);
      known.delete(device);
      known.set(device, now);
      if (known.size > limit) known.delete(known.keys().next().value as string);
      return before !== undefined && before !== now;
    },
  };
}
