// A cooler whose flow and pressure follow one load, hourly and without modes; from a day on the flow may go its own way, as wide
// as before.
import type { Slice } from '../../src/predictor/core/assess.ts';
import { createRandom } from '../../src/simulators/random.ts';
import { DAY, HOUR, type Shift, START } from './predictor-signals.ts';

export interface CoupledOptions {
  days: number;
  seed?: string;
  brokenFromDay?: number;
  shift?: Shift;
}

export function coupledSignals({
  days,
  seed = 'a',
  brokenFromDay = Infinity,
  shift = () => ({}),
}: CoupledOptions): Slice[] {
  const random = createRandom(seed, 'coupled');
  const kept = Math.exp(-1 / 2);
  const follow = (value: number): number => kept * value + Math.sqrt(1 - kept * kept) * random.normal();
  let load = 0;
  let own = 0;
  return Array.from({ length: days * 24 }, (_, hour): Slice => {
    const atMs = START + hour * HOUR;
    load = follow(load);
    own = follow(own);
    const drives = (atMs - START) / DAY >= brokenFromDay ? own : load;
    const { flow = 0, pressure = 0, head_temp: temp = 0 } = shift(atMs);
    const gauge = (metric: string, value: number) => ({ metric, measuredAtMs: atMs, value, quality: 0 });
    return {
      receivedAtMs: atMs + 500,
      readings: [
        gauge('flow', 31 + 0.4 * drives + 0.08 * random.normal() + flow),
        gauge('head_temp', 4.1 + 0.02 * random.normal() + temp),
        gauge('pressure', 8 + 0.15 * load + 0.03 * random.normal() + pressure),
      ],
    };
  });
}
