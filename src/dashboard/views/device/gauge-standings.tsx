// Every gauge of the device and what can be said of it now: what is not simply as usual stands open with its reason, the rest
// behind one line; and how far the device's health can be relied on.
import type { VNode } from 'preact';
import type { GaugeStanding, Health } from '../../../contracts/http/devices.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { StandingSign } from '../../components/standing-sign.tsx';

/** What a person should look at first. */
const ORDER: readonly GaugeStanding['standing'][] = [
  'out-of-distribution',
  'unusual',
  'stale',
  'unknown',
  'learning',
  'normal',
];

export function GaugeStandings({ health }: { health: Health }): VNode {
  const words = useWords().device.standing;
  const format = useFormat();
  const { confidence, channels } = health;
  const rank = ({ standing }: GaugeStanding): number => ORDER.indexOf(standing);
  const news = channels.filter(({ standing }) => standing !== 'normal').sort((a, b) => rank(a) - rank(b));
  const usual = channels.filter(({ standing }) => standing === 'normal');
  return (
    <>
      {confidence !== null && <p class="muted">{words.confidence(format.percent(confidence))}</p>}
      {news.length > 0 && (
        <ul class="standings">
          {news.map((one) => (
            <Line key={one.metric} gauge={one} isExplained />
          ))}
        </ul>
      )}
      {usual.length > 0 && (
        <details class="standings-usual" open={news.length === 0}>
          <summary>{words.usual(format.integer(usual.length))}</summary>
          <ul class="standings">
            {usual.map((one) => (
              <Line key={one.metric} gauge={one} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Line({ gauge, isExplained = false }: { gauge: GaugeStanding; isExplained?: boolean }): VNode {
  const { nowMs } = useApp();
  const words = useWords().device;
  const format = useFormat();
  const { name, standing, since, n, peers, reason } = gauge;
  return (
    <li>
      <span class="standing-line">
        <span class="clip">{format.text(name)}</span>
        <StandingSign standing={standing} />
      </span>
      <span class="standing-facts muted">
        {since !== null && <span>{words.since(format.ago(since, nowMs.value))}</span>}
        <span>{words.standing.values(format.integer(n))}</span>
        {peers !== null && standing !== 'learning' && (
          <span>{words.standing.own(format.percent(peers.ownShare), format.integer(peers.devices))}</span>
        )}
      </span>
      {isExplained && <span class="standing-reason muted">{format.text(reason)}</span>}
    </li>
  );
}
