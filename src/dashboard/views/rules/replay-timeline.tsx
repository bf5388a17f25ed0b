// One line a device over the time that was judged: when it would have alerted, and the alerts, jobs and failures there were.
import type { VNode } from 'preact';
import type { Happened, Replay, ReplayedEpisode, ReplayResult } from '../../../contracts/http/replays.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { useScope } from '../../state/use-scope.ts';

const MOST_DEVICES = 40;
const KINDS = ['candidate', 'alert', 'job', 'failure'] as const;
/** An episode is drawn this wide at least, in per cent of the line. */
const LEAST_WIDTH = 0.6;

export function ReplayTimeline({ replay, result }: { replay: Replay; result: ReplayResult }): VNode | null {
  const words = useWords().rules.replay;
  const format = useFormat();
  const { href } = useScope();
  const devices = [...new Set([...result.episodes, ...result.happened].map(({ device }) => device))].sort();
  if (devices.length === 0) return null;
  const from = result.heardFrom ?? replay.from;
  const fromMs = Date.parse(from);
  const spanMs = Date.parse(replay.to) - fromMs;
  const at = (iso: string): number => Math.min(100, Math.max(0, ((Date.parse(iso) - fromMs) / spanMs) * 100));
  return (
    <section>
      <div class="line wrap">
        <h3>{words.timeline}</h3>
        <span class="grow" />
        {KINDS.map((kind) => (
          <span key={kind} class="replay-legend">
            <span class={`replay-mark is-${kind}`} aria-hidden="true" /> {words.legend[kind]}
          </span>
        ))}
      </div>
      <ol class="replay-lines">
        {devices.slice(0, MOST_DEVICES).map((device) => (
          <li key={device}>
            <a class="link clip" href={href(`/devices/${device}`)}>
              {device}
            </a>
            <span class="replay-track">
              {result.episodes
                .filter((one) => one.device === device)
                .map((one) => (
                  <Bar
                    key={one.raisedAt}
                    episode={one}
                    left={at(one.raisedAt)}
                    right={at(one.clearedAt ?? replay.to)}
                  />
                ))}
              {result.happened
                .filter((one) => one.device === device)
                .map((one) => (
                  <Mark key={`${one.kind} ${one.id}`} happened={one} left={at(one.at)} />
                ))}
            </span>
          </li>
        ))}
      </ol>
      <div class="replay-axis muted">
        <span>{format.date(from)}</span>
        <span>{format.date(replay.to)}</span>
      </div>
      {devices.length > MOST_DEVICES && (
        <p class="muted">{words.rows(format.integer(MOST_DEVICES), format.integer(devices.length))}</p>
      )}
    </section>
  );
}

function Bar({ episode, left, right }: { episode: ReplayedEpisode; left: number; right: number }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const text = `${format.dateTime(episode.raisedAt)} · ${words.outcome[episode.outcome]} · ${format.text(episode.reason)}`;
  return (
    <span
      class={`replay-bar is-${episode.outcome}`}
      title={text}
      style={{ left: `${Math.min(left, 100 - LEAST_WIDTH)}%`, width: `${Math.max(LEAST_WIDTH, right - left)}%` }}
    >
      <span class="only-readers">{text}</span>
    </span>
  );
}

function Mark({ happened, left }: { happened: Happened; left: number }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const text = `${words.legend[happened.kind]} · ${format.dateTime(happened.at)} · ${format.text(happened.title)}`;
  return (
    <span class={`replay-mark is-${happened.kind}`} title={text} style={{ left: `${left}%` }}>
      <span class="only-readers">{text}</span>
    </span>
  );
}
