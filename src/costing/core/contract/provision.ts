// A draw of service read under one contract: what the provider carries, what is billed on top, and the penalty it owes.
import type { ContractType } from '../../../contracts/http/contract-terms.ts';
import { isCovered, isSoldOn, WORK_KINDS } from './coverage.ts';
import { type Draw, JOB_ELEMENTS, minorOfDraw } from './simulation.ts';
import type { PenaltyTerms, Tariff } from './terms.ts';

/** Shared cost carried per 1,000,000 of direct cost. */
export type LoadPpm = number;
const PPM = 1_000_000;

export interface Provision {
  /** Direct cost the contract covers, minor units. */
  coveredMinor: number;
  /** Direct cost of work beyond it. */
  beyondMinor: number;
  penaltyMinor: number;
}

/**
 * Downtime of a span and what it owes: hours of each failure beyond the agreed restoration, and hours of all devices beyond
 * the agreed uptime where there is a target. Never more than the cap of so many years.
 */
export function penaltyOf(
  downtimes: readonly number[],
  terms: PenaltyTerms,
  span: { hours: number; devices: number; years: number },
): number {
  const late = downtimes.reduce((sum, hours) => sum + Math.max(0, hours - (terms.restorationHours ?? 0)), 0);
  const allowed = terms.uptimeTarget === null ? null : (1 - terms.uptimeTarget) * span.hours * span.devices;
  const down = downtimes.reduce((sum, hours) => sum + hours, 0);
  const countable = terms.restorationHours !== null || allowed === null ? late : Math.max(0, down - allowed);
  const owed = Math.round(countable * Number(terms.penaltyPerHourMinor));
  return terms.penaltyCapMinor === null ? owed : Math.min(owed, Math.round(Number(terms.penaltyCapMinor) * span.years));
}

export function provisionOf(draw: Draw, type: ContractType, penaltyMinor: number): Provision {
  let coveredMinor = 0;
  let beyondMinor = 0;
  for (const kind of WORK_KINDS) {
    for (const element of JOB_ELEMENTS) {
      const minor = minorOfDraw(draw, kind, element);
      if (isCovered(type, kind, element)) coveredMinor += minor;
      else beyondMinor += minor;
    }
  }
  return { coveredMinor, beyondMinor, penaltyMinor };
}

export const loaded = (minor: number, loadPpm: LoadPpm): number => minor + Math.round((minor * loadPpm) / PPM);

/** What work beyond the contract is billed at, of a draw. */
export function billedOf(draw: Draw, type: ContractType, tariff: Tariff): number {
  let billed = 0;
  for (const kind of WORK_KINDS) {
    for (const element of JOB_ELEMENTS) {
      if (isCovered(type, kind, element)) continue;
      const minor = minorOfDraw(draw, kind, element);
      if (element === 'labour' && tariff.hourMinor !== null)
        billed += draw.labourHours[kind] * Number(tariff.hourMinor);
      else if (element === 'travel' && tariff.visitMinor !== null)
        billed += draw.visits[kind] * Number(tariff.visitMinor);
      else billed += isSoldOn(element) ? minor * (1 + tariff.partsMarkupPercent / 100) : minor;
    }
  }
  return Math.round(billed);
}
