// Tells a person how far an evaluation is: a bar at a terminal, in a log one line per tenth.
import type { Progress } from './suite.ts';

const BAR = 24;
const REDRAW_MS = 200;

export interface ProgressSink {
  stream: { isTTY?: boolean; write(text: string): unknown };
  /** Milliseconds, growing. */
  now: () => number;
}

/** Pure: the line for a moment. */
export function progressLine(part: string, done: number, steps: number, seconds: number, isDrawn: boolean): string {
  const share = steps <= 0 ? 1 : Math.min(1, done / steps);
  const filled = Math.round(share * BAR);
  const bar = isDrawn ? `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ` : '';
  const left = share > 0 && share < 1 ? `  ${Math.round((seconds * (1 - share)) / share)} s left` : '';
  return `${bar}${String(Math.floor(share * 100)).padStart(3)} %  ${part}${left}`;
}

export function createProgress({ stream, now }: ProgressSink): Progress & { end(): void } {
  let part = '';
  let steps = 1;
  let begunAt = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let tenth = 0;
  const line = (done: number): string =>
    progressLine(part, done, steps, (now() - begunAt) / 1000, stream.isTTY === true);
  return {
    begin(name, count) {
      [part, steps, begunAt, drawnAt, tenth] = [name, count, now(), Number.NEGATIVE_INFINITY, 0];
    },
    tell(done) {
      if (stream.isTTY) {
        if (now() - drawnAt < REDRAW_MS && done < steps) return;
        drawnAt = now();
        stream.write(`\r\u001b[K${line(done)}`);
        return;
      }
      const reached = Math.floor((10 * done) / Math.max(1, steps));
      if (reached <= tenth) return;
      tenth = reached;
      stream.write(`${line(done)}\n`);
    },
    end: () => void (stream.isTTY && stream.write('\n')),
  };
}
