// A probability with its interval drawn and the number of cases behind it.
import type { VNode } from 'preact';
import type { Probability as Estimate } from '../../contracts/http/devices.ts';
import { useFormat, useWords } from '../app-context.ts';

export function Probability({ probability }: { probability: Estimate | null }): VNode {
  const words = useWords().alerts;
  const format = useFormat();
  if (probability === null) return <span class="muted">{words.noTimeLeft}</span>;
  const { value, low, high, n } = probability;
  return (
    <span class="time-left" title={words.probabilityHint}>
      <span>
        <strong>{format.percent(value)}</strong>{' '}
        <span class="muted">{words.probabilityOf(format.percent(low), format.percent(high), format.integer(n))}</span>
      </span>
      <span class="probability-track">
        <span class="probability-band" style={{ left: `${low * 100}%`, right: `${(1 - high) * 100}%` }} />
        <span class="probability-mid" style={{ left: `${value * 100}%` }} />
      </span>
    </span>
  );
}
