// Everything that happened to a device, newest first, each entry leading to its alert or job.
import type { VNode } from 'preact';
import type { TimelineEntry } from '../../../contracts/http/devices.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { useScope } from '../../state/use-scope.ts';

const ICONS: Readonly<Record<TimelineEntry['kind'], IconName>> = {
  alert: 'alerts',
  'work-order': 'jobs',
  'device-event': 'flag',
  command: 'send',
  quality: 'quality',
  presence: 'plug',
  firmware: 'chip',
  baseline: 'wrench',
  quarantine: 'info',
};

export function Timeline({ entries }: { entries: readonly TimelineEntry[] }): VNode {
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  if (entries.length === 0) return <p class="section-body muted">{words.device.timelineEmpty}</p>;
  const hrefOf = (entry: TimelineEntry): string | undefined =>
    entry.id === null || (entry.kind !== 'alert' && entry.kind !== 'work-order')
      ? undefined
      : href(entry.kind === 'alert' ? `/alerts/${entry.id}` : `/work-orders/${entry.id}`);
  return (
    <ol class="timeline">
      {entries.map((entry, index) => {
        const target = hrefOf(entry);
        const text = format.text(entry.text);
        return (
          <li key={`${entry.kind}${entry.id}${entry.at}${index}`} class={`timeline-${entry.kind}`}>
            <time dateTime={entry.at}>{format.dateTime(entry.at)}</time>
            <span class="timeline-icon">
              <Icon name={ICONS[entry.kind]} size={14} />
            </span>
            <span class="timeline-kind">{words.terms.timeline[entry.kind]}</span>
            <span>
              {target === undefined ? (
                text
              ) : (
                <a class="link" href={target}>
                  {text}
                </a>
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
