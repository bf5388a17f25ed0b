// The policy of a broker without a service behind it: anybody may sign in, publish and subscribe. For conformance suites
// and for trying devices out, on this machine alone.
import type { AccessPolicy, PolicyTools } from './access-policy.ts';

export interface OpenPolicyOptions {
  /** Filters that are refused with 0x80, for suites that want to see one refused. */
  deniedFilters: readonly string[];
}

/** What the broker says about itself is nobody else's: it names every client. */
const SYSTEM = '$SYS/';

export function openPolicy(
  { deniedFilters }: OpenPolicyOptions,
  { gate, counts, onRefused, sessions }: PolicyTools,
): AccessPolicy {
  return {
    authenticate: (_client, _username, _password, answer) => answer(null, true),
    mayLeaveWill: ({ will }) => !will?.topic.startsWith(SYSTEM),
    maySubscribe: (_clientId, filter) => !filter.startsWith(SYSTEM) && !deniedFilters.includes(filter),
    publish(_clientId, publish, guard, acknowledge) {
      const { topic, payload, from } = publish;
      const settle = (error: Error | null): void => {
        gate.leave(payload.length);
        guard?.settle();
        if (!error) counts.acknowledged += 1;
        acknowledge(error);
      };
      gate.enter(payload.length);
      counts.messages += 1;
      if (topic.startsWith(SYSTEM)) {
        onRefused('foreign-topic');
        return settle(new Error(`${SYSTEM} is the broker's own`));
      }
      sessions.publish(from, publish).then(() => settle(null), settle);
    },
    onPresence: () => {},
  };
}
