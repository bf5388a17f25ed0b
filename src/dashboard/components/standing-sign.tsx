// What can be said of one gauge as colour and shape and word: only normal and unusual are answers, so every other is hollow or
// hatched and never green.
import type { VNode } from 'preact';
import type { GaugeStanding } from '../../contracts/http/devices.ts';
import type { Status } from '../../contracts/health.ts';
import { useWords } from '../app-context.ts';

type Standing = GaugeStanding['standing'];

const SHAPES: Readonly<Record<Standing, VNode>> = {
  normal: <circle cx="6" cy="6" r="4.2" />,
  unusual: <path d="M6 .9 11.1 6 6 11.1.9 6Z" />,
  'out-of-distribution': <path d="M6 1 11.5 10.6H.5Z" />,
  learning: <circle class="hollow" cx="6" cy="6" r="4.2" stroke-dasharray="2.4 2" />,
  stale: <path class="hatch" d="M6 1.2a4.8 4.8 0 1 0 0 9.6 4.8 4.8 0 0 0 0-9.6ZM2.2 8.2 8.2 2.2M4 10.2l6.2-6.2" />,
  unknown: <path class="hatch" d="M1.5 1.5h9v9h-9ZM1.5 6 6 1.5M1.5 10.5l9-9M6 10.5 10.5 6" />,
};
const TONES: Readonly<Record<Standing, Status>> = {
  normal: 'healthy',
  unusual: 'watch',
  'out-of-distribution': 'degraded',
  learning: 'unknown',
  stale: 'unknown',
  unknown: 'unknown',
};

export const StandingSign = ({ standing }: { standing: Standing }): VNode => {
  const words = useWords();
  return (
    <span class={`sign status-${TONES[standing]}`}>
      <svg class={`shape status-${TONES[standing]}`} width={12} height={12} viewBox="0 0 12 12" aria-hidden="true">
        {SHAPES[standing]}
      </svg>
      {words.device.standing.word[standing]}
    </span>
  );
};
