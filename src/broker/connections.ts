// Counts the connections that are open, in all and by address, and says whether one more may come in.
import type { BrokerLimits } from './limits.ts';

export type Crowded = 'too-many-connections' | 'too-many-from-address';

export interface Connections {
  readonly count: number;
  /** Takes a place; `left` gives it back. */
  enter(address: string): { left: () => void } | Crowded;
}

type ConnectionLimits = Pick<BrokerLimits, 'maxConnections' | 'maxConnectionsPerAddress'>;

export function countConnections({ maxConnections, maxConnectionsPerAddress }: ConnectionLimits): Connections {
  const byAddress = new Map<string, number>();
  let count = 0;

  return {
    get count() {
      return count;
    },
    enter(address) {
      const fromHere = byAddress.get(address) ?? 0;
      if (count >= maxConnections) return 'too-many-connections';
      if (fromHere >= maxConnectionsPerAddress) return 'too-many-from-address';
      count += 1;
      byAddress.set(address, fromHere + 1);
      return {
        left() {
          count -= 1;
          const stillHere = (byAddress.get(address) ?? 1) - 1;
          if (stillHere === 0) byAddress.delete(address);
          else byAddress.set(address, stillHere);
        },
      };
    },
  };
}
