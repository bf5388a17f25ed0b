// Tells a person at the terminal how far a replay is: a bar with rate and time left, or in a log one line per tenth.

export interface TellerOptions {
  total: number;
  /** Rows that were done in a run before. */
  already: number;
  stream: { isTTY?: boolean; write(text: string): unknown };
  /** Milliseconds, growing. */
  now: () => number;
}

const BAR = 24;
const REDRAW_MS = 200;

const grouped = (count: number): string => count.toLocaleString('en');

function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Pure: the line for a moment. */
export function progressLine(
  { rows, total, already, seconds }: { rows: number; total: number; already: number; seconds: number },
  isDrawn: boolean,
): string {
  const share = total === 0 ? 1 : Math.min(1, rows / total);
  const rate = seconds > 0 ? (rows - already) / seconds : 0;
  const left = rate > 0 ? `${clockOf((total - rows) / rate)} left` : '--:--:-- left';
  const filled = Math.round(share * BAR);
  const bar = isDrawn ? `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ` : '';
  return `${bar}${Math.floor(share * 100)} %  ${grouped(rows)} of ${grouped(total)} rows  ${grouped(Math.round(rate))} rows/s  ${left}`;
}

export function createTeller({ total, already, stream, now }: TellerOptions): {
  tell(rows: number): void;
  end(): void;
} {
  const begun = now();
  let drawnAt = Number.NEGATIVE_INFINITY;
  let tenth = Math.floor((10 * already) / Math.max(1, total));
  const line = (rows: number): string =>
    progressLine({ rows, total, already, seconds: (now() - begun) / 1000 }, stream.isTTY === true);
  return {
    tell(rows) {
      if (stream.isTTY) {
        if (now() - drawnAt < REDRAW_MS && rows < total) return;
        drawnAt = now();
        stream.write(`\r\u001b[K${line(rows)}`);
        return;
      }
      const reached = Math.floor((10 * rows) / Math.max(1, total));
      if (reached <= tenth) return;
      tenth = reached;
      stream.write(`${line(rows)}\n`);
    },
    end: () => void (stream.isTTY && stream.write('\n')),
  };
}
