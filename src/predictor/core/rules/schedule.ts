// Whether a rule may speak at an instant: days and hours of the hospital's own calendar.
import type { Schedule } from '../../../contracts/rules.ts';
import type { EpochMs } from '../../../contracts/time.ts';

export type IsWithin = (atMs: EpochMs) => boolean;

const ALWAYS: IsWithin = () => true;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const minutesOf = (text: string): number => {
  const [hours, minutes] = text.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
};

/** What is wrong with it, `null` when nothing is. */
export function scheduleFaultOf({ timeZone }: Schedule): string | null {
  try {
    Intl.DateTimeFormat('en-US', { timeZone }).format(0);
    return null;
  } catch {
    return `schedule.timeZone: ${timeZone} is no time zone; write an IANA name such as Asia/Shanghai`;
  }
}

export function withinOf(schedule: Schedule | null): IsWithin {
  if (schedule === null) return ALWAYS;
  const { timeZone, days } = schedule;
  const from = minutesOf(schedule.from);
  const to = minutesOf(schedule.to);
  const calendar = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (atMs) => {
    const parts = new Map(calendar.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf(parts.get('weekday') ?? '') + 1;
    const dayBefore = ((day + 5) % 7) + 1;
    const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
    if (from < to) return minute >= from && minute < to && days.includes(day);
    return minute >= from ? days.includes(day) : minute < to && days.includes(dayBefore);
  };
}
