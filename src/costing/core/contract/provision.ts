// A draw of service read under one contract: what the provider carries, and what is billed on top.
import type { ContractType } from '../../../contracts/http/contract-terms.ts';
import { isCovered, isSoldOn, WORK_KINDS } from './coverage.ts';
import { type Draw, JOB_ELEMENTS, minorOfDraw } from './simulation.ts';
import type { Tariff } from './terms.ts';

/** Shared cost carried per 1,000,000 of direct cost. */
export type LoadPpm = number;
const PPM = 1_000_000;

export interface Provision {
  /** Direct cost the contract covers, minor units. */
  coveredMinor: number;
  /** Direct cost of work beyond it. */
  beyondMinor: number;
}

export function provisionOf(draw: Draw, type: ContractType): Provision {
  let coveredMinor = 0;
  let beyondMinor = 0;
  for (const kind of WORK_KINDS) {
    for (const element of JOB_ELEMENTS) {
      const minor = minorOfDraw(draw, kind, element);
      if (isCovered(type, kind, element)) coveredMinor += minor;
      else beyondMinor += minor;
    }
  }
  return { coveredMinor, beyondMinor };
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
