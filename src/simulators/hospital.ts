// Hospital time: local hours, working days, holidays and weather, and from them how much a kind of device is wanted.
// Everything is a function of the instant, so a year of history and a live minute agree.
import { DAY_MS, HOUR_MS } from '../contracts/time.ts';

export const TIERS = ['tertiary', 'secondary', 'primary'] as const;
export type Tier = (typeof TIERS)[number];

export interface Hospital {
  tier: Tier;
  utcOffsetHours: number;
}

export interface LocalTime {
  /** Hours of the local day, 0 to 24, with the fraction. */
  hour: number;
  isWorkday: boolean;
  isSunday: boolean;
  isHoliday: boolean;
  /** -1 in the coldest days of the year (mid-January), 1 in the hottest (mid-July). */
  season: number;
}

/** Share of slots in use (0 to 1) at a local time; tier scales it. */
export type Demand = (time: LocalTime) => number;

const TIER_FACTOR: Readonly<Record<Tier, number>> = { tertiary: 1, secondary: 0.8, primary: 0.6 };

/** First day of the Spring Festival holiday (the eve); it lasts eight days. */
const SPRING_FESTIVAL: Readonly<Record<number, string>> = {
  2023: '01-21',
  2024: '02-09',
  2025: '01-28',
  2026: '02-16',
  2027: '02-05',
  2028: '01-25',
  2029: '02-12',
  2030: '02-02',
};

/** Fixed holidays as [month, first day, last day]. */
const FIXED_HOLIDAYS = [
  [1, 1, 1],
  [4, 4, 6],
  [5, 1, 5],
  [10, 1, 7],
] as const;

function isHolidayOn(local: Date): boolean {
  const month = local.getUTCMonth() + 1;
  const day = local.getUTCDate();
  if (FIXED_HOLIDAYS.some(([inMonth, first, last]) => month === inMonth && day >= first && day <= last)) return true;
  const festival = SPRING_FESTIVAL[local.getUTCFullYear()];
  if (festival === undefined) return false;
  const days = (local.getTime() - Date.parse(`${local.getUTCFullYear()}-${festival}T00:00:00Z`)) / DAY_MS;
  return days >= 0 && days < 8;
}

export function localTimeOf(hospital: Hospital, atMs: number): LocalTime {
  const local = new Date(atMs + hospital.utcOffsetHours * HOUR_MS);
  const weekday = local.getUTCDay();
  const isHoliday = isHolidayOn(local);
  const dayOfYear = (local.getTime() - Date.UTC(local.getUTCFullYear(), 0)) / DAY_MS;
  return {
    hour: (local.getTime() % DAY_MS) / HOUR_MS,
    isWorkday: weekday !== 0 && weekday !== 6 && !isHoliday,
    isSunday: weekday === 0,
    isHoliday,
    season: -Math.cos((2 * Math.PI * (dayOfYear - 15)) / 365.25),
  };
}

/** Outdoor temperature in Cel without weather noise: season and the hour of the day. */
export const outdoorCel = (time: LocalTime): number =>
  16 + 12 * time.season + 3.5 * Math.sin((2 * Math.PI * (time.hour - 9)) / 24);

export const demandAt = (hospital: Hospital, demand: Demand, time: LocalTime): number =>
  Math.min(0.97, demand(time) * TIER_FACTOR[hospital.tier]);

/** Booked examinations: two peaks on working days, a thin weekend, nothing at night. */
export const bookedImaging: Demand = ({ hour, isWorkday, isHoliday }) => {
  if (hour < 7.5 || hour >= 21.5) return 0;
  const peak = hour < 12 ? 1 : hour < 14 ? 0.65 : hour < 18 ? 0.95 : 0.45;
  return peak * (isWorkday ? 1 : isHoliday ? 0.2 : 0.45);
};

/** CT: the booked day and the emergency department around the clock. */
export const emergencyImaging: Demand = (time) => Math.max(bookedImaging(time), time.hour < 6 ? 0.12 : 0.25);

/** Intensive care: day and night alike, fuller in winter. */
export const intensiveCare: Demand = ({ season }) => 0.72 - 0.12 * season;

/** Wards: infusions follow the rounds. */
export const wardCare: Demand = ({ hour, isWorkday }) =>
  (hour >= 8 && hour < 20 ? 0.8 : hour >= 20 ? 0.55 : 0.35) * (isWorkday ? 1 : 0.85);

/** Dialysis: three shifts from Monday to Saturday; patients come on holidays too. */
export const dialysisShifts: Demand = ({ hour, isSunday }) => {
  if (hour < 6) return 0;
  const shift = hour < 12 ? 1 : hour < 18 ? 0.95 : 0.6;
  return shift * (isSunday ? 0.06 : 1);
};

/** Blood bank: the door opens when operations are on, and at times for an emergency. */
export const bloodBank: Demand = ({ hour, isWorkday }) => (hour >= 8 && hour < 18 ? (isWorkday ? 0.7 : 0.35) : 0.12);
