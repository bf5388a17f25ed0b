// What an episode of bad data says, in the reader's words.
import type { QualityEvent } from '../../../contracts/http/quality.ts';
import type { Format } from '../../format/format.ts';
import type { Words } from '../../i18n/words.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** Short spans matter for clocks: 42 s, 12 min. */
export function clockSpan(ms: number, format: Format): string {
  const size = Math.abs(ms);
  return size < 2 * MINUTE_MS ? `${format.measure(size / SECOND_MS)} s` : format.span(size);
}

export function offsetText(ms: number, words: Words['quality'], format: Format): string {
  const span = clockSpan(ms, format);
  return ms >= 0 ? words.evidence.ahead(span) : words.evidence.behind(span);
}

export function evidenceText({ kind, n, evidence }: QualityEvent, words: Words['quality'], format: Format): string {
  const count = format.integer(n);
  const number = (name: string): number => Number(evidence[name] ?? 0);
  const say = words.evidence;
  switch (kind) {
    case 'stale':
      return say.stale(count);
    case 'gap':
      return n === 0 ? say.filled : say.gap(count, format.integer(number('expected')));
    case 'stuck':
      return say.stuck(count, format.measure(number('value')));
    case 'range':
      return say.range(count, format.measure(number('lowest')), format.measure(number('highest')));
    case 'clock-skew':
      return evidence['offsetMs'] === undefined ? say.future : offsetText(number('offsetMs'), words, format);
    case 'clock-step':
      return say.step(offsetText(number('fromMs'), words, format), offsetText(number('toMs'), words, format));
    case 'clock-drift':
      return say.drift(clockSpan(number('msPerHour'), format));
  }
}

export const lastedMs = ({ openedAt, closedAt }: QualityEvent, nowMs: number): number =>
  (closedAt === null ? nowMs : Date.parse(closedAt)) - Date.parse(openedAt);
