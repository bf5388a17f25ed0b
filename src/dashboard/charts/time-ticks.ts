// Texts of a time axis: the clock within days, the day at midnight and above, the month over years.
import { DAY_MS } from '../../contracts/time.ts';
import type { Format } from '../format/format.ts';

const DAY_S = DAY_MS / 1000;
const isMidnight = (date: Date): boolean => date.getHours() === 0 && date.getMinutes() === 0;

export function timeTicks(format: Format, atSeconds: readonly number[], stepSeconds: number): string[] {
  return atSeconds.map((at) => {
    const moment = new Date(at * 1000);
    return stepSeconds >= DAY_S || isMidnight(moment) ? format.day(moment) : format.time(moment);
  });
}
