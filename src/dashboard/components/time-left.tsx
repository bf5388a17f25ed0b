// Remaining useful life as a band from P10 to P90 on a scale from an hour to a hundred days (logarithmic, as hours
// matter when there are few and weeks when there are many), with the words beside it.
import type { VNode } from 'preact';
import type { RulHours } from '../../contracts/http/devices.ts';
import { useFormat, useWords } from '../app-context.ts';

const LONGEST_HOURS = 2400;

/** Share of the scale, 0 to 1. */
export const positionOf = (hours: number): number =>
  Math.log(Math.min(LONGEST_HOURS, Math.max(1, hours))) / Math.log(LONGEST_HOURS);

const urgencyOf = (p10: number): string => (p10 < 48 ? 'is-soon' : p10 < 168 ? 'is-near' : '');

export function TimeLeft({ rulHours }: { rulHours: RulHours | null }): VNode {
  const words = useWords().alerts;
  const format = useFormat();
  if (rulHours === null) return <span class="muted">{words.noTimeLeft}</span>;
  const { p10, p50, p90, moreThan } = rulHours;
  if (moreThan !== undefined) return <OpenBand p10={p10} moreThan={moreThan} />;
  const [low, middle, high] = [format.hours(p10), format.hours(p50), format.hours(p90)];
  // A line that has reached its end forecasts nothing any more: no hours beside a probability that is not certainty.
  const isAtLimit = p90 < 1;
  return (
    <span
      class={`time-left ${urgencyOf(p10)}`}
      title={isAtLimit ? words.anyMomentHint : words.timeLeftHint(low, middle, high)}
    >
      <span>{isAtLimit ? words.anyMoment : words.timeLeftBand(low, high)}</span>
      <span class="time-left-track">
        <span
          class="time-left-band"
          style={{ left: `${positionOf(p10) * 100}%`, right: `${Math.min(97, (1 - positionOf(p90)) * 100)}%` }}
        />
        <span class="time-left-mid" style={{ left: `${positionOf(p50) * 100}%` }} />
      </span>
    </span>
  );
}

/** Beyond `moreThan` nothing is told: the band has a beginning and no end. */
function OpenBand({ p10, moreThan }: { p10: number; moreThan: number }): VNode {
  const words = useWords().alerts;
  const format = useFormat();
  const longer = format.hours(moreThan);
  return (
    <span class={`time-left ${urgencyOf(p10)}`} title={words.moreThanHint(format.hours(p10), longer)}>
      <span>{words.moreThan(longer)}</span>
      <span class="time-left-track">
        <span class="time-left-band is-open" style={{ left: `${Math.min(97, positionOf(p10) * 100)}%`, right: '0' }} />
      </span>
    </span>
  );
}
