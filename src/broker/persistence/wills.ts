// Wills of the connected clients, and those a broker that was killed left behind: these are published when their client
// has not come back in time (MQTT-3.1.2.5 allows to wait for the restart).
import type { Client } from 'aedes';
import type { Change, Will } from './ledger.ts';

export interface Wills {
  /** Of a client that signs in; `null` when it has none. */
  put(client: Client, will: Will | null): Change[];
  /** The will was published or is void, unless another connection has left one under the same id meanwhile. */
  drop(clientId: string): Change[];
  restore(wills: readonly (Will & { clientId: string })[]): void;
  /** What the broker before left and nobody came back for. */
  takeStale(): { clientId: string; will: Will }[];
}

export function createWills(): Wills {
  const owners = new Map<string, Client>();
  const stale = new Map<string, Will>();
  const remove = (clientId: string): Change[] => [{ of: 'will', clientId, row: null }];

  return {
    put(client, will) {
      const clientId = client.id;
      const hadOne = stale.delete(clientId) || owners.delete(clientId);
      if (!will) return hadOne ? remove(clientId) : [];
      owners.set(clientId, client);
      return [{ of: 'will', clientId, row: will }];
    },
    drop(clientId) {
      if (!owners.get(clientId)?.closed) return [];
      owners.delete(clientId);
      return remove(clientId);
    },
    restore(wills) {
      for (const { clientId, ...will } of wills) stale.set(clientId, will);
    },
    takeStale() {
      const taken = [...stale].map(([clientId, will]) => ({ clientId, will }));
      stale.clear();
      return taken;
    },
  };
}
