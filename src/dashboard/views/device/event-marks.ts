// What happened to a device as marks on the time axis of its charts. Pure.
import type { TimelineEntry } from '../../../contracts/http/devices.ts';
import type { Mark } from '../../charts/time-chart-options.ts';
import type { Format } from '../../format/format.ts';

/** One mark an alert, job or episode of bad data, at the newest thing that happened to it: the timeline tells each of its steps. */
export function marksOf(events: readonly TimelineEntry[], format: Pick<Format, 'text'>): Mark[] {
  const marks = new Map<string, Mark>();
  for (const { kind, id, at, text } of events) {
    if (kind !== 'alert' && kind !== 'work-order' && kind !== 'quality') continue;
    const key = `${kind} ${id ?? at}`;
    if (!marks.has(key)) marks.set(key, { atMs: Date.parse(at), kind, text: format.text(text) });
  }
  return [...marks.values()];
}
