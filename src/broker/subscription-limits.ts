// How many subscriptions a connection may have, and how deep they may be. What is refused here is answered with 0x80
// (MQTT-3.9.3), and is not part of the session.
import type { Client } from 'aedes';
import type { BrokerLimits } from './limits.ts';
import { levelsOf } from './packets/topic.ts';

export type SubscriptionRefusal = 'too-many-subscriptions' | 'topic-levels';

export interface SubscriptionLimits {
  /** Grants a filter, or says why not. */
  grant(client: Client, filter: string): SubscriptionRefusal | null;
  release(client: Client, filters: readonly string[]): void;
}

type Limits = Pick<BrokerLimits, 'maxSubscriptions' | 'maxTopicLevels'>;

export function subscriptionLimits({ maxSubscriptions, maxTopicLevels }: Limits): SubscriptionLimits {
  const granted = new WeakMap<Client, Set<string>>();

  function grantedTo(client: Client): Set<string> {
    const known = granted.get(client);
    if (known) return known;
    const filters = new Set<string>();
    granted.set(client, filters);
    return filters;
  }

  return {
    grant(client, filter) {
      if (levelsOf(filter) > maxTopicLevels) return 'topic-levels';
      const filters = grantedTo(client);
      if (!filters.has(filter) && filters.size >= maxSubscriptions) return 'too-many-subscriptions';
      filters.add(filter);
      return null;
    },
    release(client, filters) {
      for (const filter of filters) granted.get(client)?.delete(filter);
    },
  };
}
