// What downtime owes under a contract: one law for failures that happened and for those a simulation draws. A failure is judged by the
// terms of the day it happened; the allowance of an uptime target and the cap belong to the contract year.
import { scaleMinor } from '../../../contracts/money.ts';
import { cycleOf, type DayNumber } from './days.ts';
import type { Draw } from './simulation.ts';
import type { PenaltyTerms } from './terms.ts';

export interface Downtime {
  /** The day of the failure. */
  day: DayNumber;
  minutes: number;
}

/** What the law reads of a contract: [startDay, endDay), and its terms from amendment to amendment. */
export interface PenaltyContract {
  startDay: DayNumber;
  endDay: DayNumber;
  stretches: readonly { fromDay: DayNumber; toDay: DayNumber; penalty: PenaltyTerms }[];
}

export interface Penalty {
  /** Down beyond what was agreed; the cap does not shorten them. */
  minutes: number;
  amountMinor: bigint;
}

const NOTHING: Penalty = { minutes: 0, amountMinor: 0n };
const MINUTES_PER_HOUR = 60n;
const MINUTES_PER_DAY = 1440;
const YEAR_MONTHS = 12;

const priced = (minutes: number, { penaltyPerHourMinor }: PenaltyTerms): bigint =>
  scaleMinor(penaltyPerHourMinor, BigInt(minutes), MINUTES_PER_HOUR);

/** Of each failure what it took longer than agreed, each rounded for itself. */
function beyondRestoration(downtimes: readonly Downtime[], terms: PenaltyTerms): Penalty {
  const agreed = Math.round((terms.restorationHours ?? 0) * 60);
  return downtimes.reduce((sum, { minutes }) => {
    const late = Math.max(0, minutes - agreed);
    return { minutes: sum.minutes + late, amountMinor: sum.amountMinor + priced(late, terms) };
  }, NOTHING);
}

function beyondUptime(downtimes: readonly Downtime[], terms: PenaltyTerms, committedMinutes: number): Penalty {
  const allowed = Math.round((1 - (terms.uptimeTarget ?? 0)) * committedMinutes);
  const minutes = Math.max(0, downtimes.reduce((sum, one) => sum + one.minutes, 0) - allowed);
  return { minutes, amountMinor: priced(minutes, terms) };
}

/**
 * Of the failures of one stretch in one contract year. A minute is paid for once: where a restoration and an uptime are both agreed,
 * the breach that owes more counts. Where neither is, every minute does.
 */
function ofStretch(downtimes: readonly Downtime[], terms: PenaltyTerms, committedMinutes: number): Penalty {
  const isRestorationAgreed = terms.restorationHours !== null || terms.uptimeTarget === null;
  const late = isRestorationAgreed ? beyondRestoration(downtimes, terms) : NOTHING;
  const down = terms.uptimeTarget === null ? NOTHING : beyondUptime(downtimes, terms, committedMinutes);
  return {
    minutes: Math.max(late.minutes, down.minutes),
    amountMinor: late.amountMinor > down.amountMinor ? late.amountMinor : down.amountMinor,
  };
}

/** What is owed with `more` on top of `before`: up to the cap, and never less than before. */
function upTo(capMinor: bigint | null, before: bigint, more: bigint): bigint {
  const sum = before + more;
  if (capMinor === null || sum <= capMinor) return sum;
  return before > capMinor ? before : capMinor;
}

interface ContractYear {
  fromDay: DayNumber;
  toDay: DayNumber;
  downtimes: Downtime[];
}

/** Failures by the contract year they happened in. A simulation asks for each draw, so that a year is worked out once. */
function yearsOf({ startDay, endDay }: PenaltyContract, downtimes: readonly Downtime[]): ContractYear[] {
  const years: ContractYear[] = [];
  for (const downtime of downtimes) {
    const { day } = downtime;
    if (day < startDay || day >= endDay) continue;
    const known = years.find(({ fromDay, toDay }) => fromDay <= day && day < toDay);
    if (known) {
      known.downtimes.push(downtime);
      continue;
    }
    const { fromDay, toDay } = cycleOf(startDay, YEAR_MONTHS, day);
    years.push({ fromDay, toDay: Math.min(toDay, endDay), downtimes: [downtime] });
  }
  return years;
}

/** Owed for all of these failures; one that happened on no day of the contract owes nothing. Never less for a failure more. */
export function penaltyOwed(contract: PenaltyContract, downtimes: readonly Downtime[], devices: number): Penalty {
  if (contract.stretches.every(({ penalty }) => penalty.penaltyPerHourMinor === 0n)) return NOTHING;
  let total = NOTHING;
  for (const year of yearsOf(contract, downtimes)) {
    let owedMinor = 0n;
    let minutes = 0;
    for (const { fromDay, toDay, penalty } of contract.stretches) {
      const [first, next] = [Math.max(fromDay, year.fromDay), Math.min(toDay, year.toDay)];
      if (next <= first || penalty.penaltyPerHourMinor === 0n) continue;
      const own = year.downtimes.filter(({ day }) => first <= day && day < next);
      const part = ofStretch(own, penalty, (next - first) * MINUTES_PER_DAY * devices);
      owedMinor = upTo(penalty.penaltyCapMinor, owedMinor, part.amountMinor);
      minutes += part.minutes;
    }
    total = { minutes: total.minutes + minutes, amountMinor: total.amountMinor + owedMinor };
  }
  return total;
}

/** Failures of a draw whose span begins with that day. */
export const downtimesOf = ({ downtimes }: Draw, firstDay: DayNumber): Downtime[] =>
  downtimes.map(({ atHours, minutes }) => ({ day: firstDay + Math.floor(atHours / 24), minutes }));

/** What further failures add to what those before them owe, in whatever order they are told. */
export function penaltyAdded(
  contract: PenaltyContract,
  before: readonly Downtime[],
  further: readonly Downtime[],
  devices: number,
): Penalty {
  const known = penaltyOwed(contract, before, devices);
  const all = penaltyOwed(contract, [...before, ...further], devices);
  return { minutes: all.minutes - known.minutes, amountMinor: all.amountMinor - known.amountMinor };
}
