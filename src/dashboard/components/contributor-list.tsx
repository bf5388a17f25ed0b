// What speaks for a finding: each metric with its value, what was expected, and how far off it is.
import type { VNode } from 'preact';
import type { Contributor } from '../../contracts/http/devices.ts';
import { useApp, useFormat, useWords } from '../app-context.ts';
import { withUnit } from '../format/units.ts';

/** A bar is full at this many standard deviations. */
const FULL_SIGMA = 8;

export function ContributorList({ contributors }: { contributors: readonly Contributor[] }): VNode {
  const words = useWords();
  const format = useFormat();
  const { nowMs } = useApp();
  return (
    <ul class="contributors">
      {contributors.map((one) => {
        const width = Math.min(50, (Math.abs(one.sigma) / FULL_SIGMA) * 50);
        return (
          <li key={one.metric}>
            <span class="contributor-name">{format.text(one.name)}</span>
            <span class="number">
              <strong>{withUnit(format.measure(one.value), one.unit)}</strong>
              <span class="muted"> / {withUnit(format.measure(one.expected), one.unit)}</span>
            </span>
            <span class="sigma" title={words.device.contributor(format.measure(one.sigma))}>
              <span class="sigma-centre" />
              <span class="sigma-fill" style={{ left: one.sigma < 0 ? `${50 - width}%` : '50%', width: `${width}%` }} />
            </span>
            <span class="contributor-note">
              <span>
                {one.direction === 'up' ? '↑' : '↓'} {format.measure(Math.abs(one.sigma))} σ
              </span>
              {one.peers !== undefined && (
                <span>{words.device.contributorPeers(format.integer(one.peers.devices))}</span>
              )}
              <span>{format.ago(one.since, nowMs.value)}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
