// Health 0-100 as a number and a bar; unknown health is hatched and says so.
import type { VNode } from 'preact';
import { type Status, statusOf } from '../../contracts/health.ts';
import { useWords } from '../app-context.ts';

interface HealthBarProps {
  health: number | null;
  /** The device's state: what an offline one was last known to be is not drawn as if it were so now. */
  status?: Status;
}
export const HealthBar = ({ health, status }: HealthBarProps): VNode => {
  const words = useWords();
  if (health === null) {
    return (
      <span class="health" title={words.terms.status.unknown}>
        <span class="health-number">–</span>
        <span class="health-track is-unknown" />
      </span>
    );
  }
  return (
    <span class="health">
      <span class="health-number">{health}</span>
      <span class="health-track">
        <span
          class={`health-fill fill-${status === 'offline' ? 'offline' : statusOf(health)}`}
          style={{ width: `${health}%` }}
        />
      </span>
    </span>
  );
};
