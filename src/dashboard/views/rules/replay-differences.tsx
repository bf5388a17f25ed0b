// Where the candidate and what happened differ, line by line: its alerts with how they turned out, and failures it missed.
import type { VNode } from 'preact';
import type { ReplayedEpisode, ReplayResult } from '../../../contracts/http/replays.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { useScope } from '../../state/use-scope.ts';

interface Line {
  key: string;
  device: string;
  at: string;
  verdict: string;
  tone: string;
  text: string;
}

const MOST_LINES = 30;
const TONE = { 'true-positive': 'is-good', 'false-positive': 'is-bad', censored: '', open: '', unscored: '' } as const;

export function ReplayDifferences({ result }: { result: ReplayResult }): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const { href } = useScope();
  const ofEpisode = (one: ReplayedEpisode): Line => {
    const lead = one.leadHours === null ? '' : `${words.leadOf(format.hours(one.leadHours))} · `;
    return {
      key: `${one.device} ${one.raisedAt}`,
      device: one.device,
      at: one.raisedAt,
      verdict: words.outcome[one.outcome],
      tone: TONE[one.outcome],
      text: lead + format.text(one.reason),
    };
  };
  const missed = result.happened
    .filter((one) => one.missed)
    .map(
      (one): Line => ({
        key: `${one.kind} ${one.id}`,
        device: one.device,
        at: one.at,
        verdict: one.kind === 'failure' ? words.missedOne : words.avertedOne,
        tone: 'is-warm',
        text: format.text(one.title),
      }),
    );
  const lines = [...result.episodes.map(ofEpisode), ...missed].sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <section>
      <h3>{words.differences}</h3>
      {lines.length === 0 && <p class="muted">{words.noDifferences}</p>}
      <ul class="replay-differences">
        {lines.slice(0, MOST_LINES).map(({ key, device, at, verdict, tone, text }) => (
          <li key={key}>
            <span class={`tag ${tone}`}>{verdict}</span>
            <a class="link" href={href(`/devices/${device}`)}>
              {device}
            </a>
            <span class="muted">{format.dateTime(at)}</span>
            <span>{text}</span>
          </li>
        ))}
      </ul>
      {lines.length > MOST_LINES && (
        <p class="muted">{words.rows(format.integer(MOST_LINES), format.integer(lines.length))}</p>
      )}
    </section>
  );
}
