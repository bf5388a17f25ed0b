// Health by component, weakest first, with what pulls it down and how it went where it is not simply healthy.
import type { VNode } from 'preact';
import type { Health } from '../../../contracts/http/devices.ts';
import { statusOf } from '../../../contracts/health.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { ContributorList } from '../../components/contributor-list.tsx';
import { HealthBar } from '../../components/health-bar.tsx';
import { StatusSign } from '../../components/signs.tsx';
import { TrendLine } from '../../components/trend-line.tsx';

/** Something happened to it in the span that is shown; not to be known, as before its first reading, is no story. */
const hasStory = ({ trend, status }: Health['components'][number], fromMs: number): boolean =>
  (status !== 'healthy' && status !== 'unknown') ||
  trend.some(({ at, health }) => health !== null && Date.parse(at) >= fromMs && statusOf(health) !== 'healthy');

/** The kept points, up to what is known now: old health is unknown, whatever the last point says. */
export const trendOf = ({ trend, health, at }: Pick<Health, 'trend' | 'health' | 'at'>): Health['trend'] =>
  at === null || at <= (trend.at(-1)?.at ?? '') ? trend : [...trend, { at, health }];

export interface ComponentListProps {
  components: Health['components'];
  /** What can be said of the gauges behind them; left out: nothing is told of that. */
  channels?: Health['channels'];
  /** The span of the courses that are drawn; left out: none are. */
  span?: { fromMs: number; toMs: number };
}

export function ComponentList({ components, channels = [], span }: ComponentListProps): VNode {
  const format = useFormat();
  const words = useWords().device;
  const sorted = [...components].sort((a, b) => (a.health ?? 101) - (b.health ?? 101));
  return (
    <ul class="components">
      {sorted.map((one) => (
        <li key={one.component}>
          <div class="component-line">
            <span class="clip">{format.text(one.name)}</span>
            <StatusSign status={one.status} />
            <HealthBar health={one.health} />
          </div>
          {one.contributors.length > 0 && <ContributorList contributors={one.contributors} />}
          <Doubts doubts={one.doubts} channels={channels} />
          {span !== undefined && one.trend.length > 0 && hasStory(one, span.fromMs) && (
            <TrendLine
              points={trendOf(one)}
              fromMs={span.fromMs}
              toMs={span.toMs}
              label={`${format.text(one.name)}: ${words.trend}`}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

/** Gauges of the component that say nothing of now; one that still learns is no doubt about what others say. */
function Doubts({ doubts, channels }: { doubts: readonly string[]; channels: Health['channels'] }): VNode | null {
  const words = useWords().device.standing;
  const format = useFormat();
  const blind = channels.filter(({ metric, standing }) => doubts.includes(metric) && standing !== 'learning');
  if (blind.length === 0) return null;
  const names = blind.map(({ name, standing }) => `${format.text(name)} (${words.word[standing]})`);
  return <p class="component-doubts muted">{words.doubts(names.join(', '))}</p>;
}
