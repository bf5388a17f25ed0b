// What devices of one kind call normal, by operating mode and metric; part of a device's plan.
import type { Text } from '../../../contracts/text.ts';

/** Whom a device is held against, narrowest first: the same production lot, the same firmware, or just the same product. */
export const COHORTS = ['lot', 'firmware', 'product'] as const;
export type Cohort = (typeof COHORTS)[number];

/** What a driver leaves of a gauge follows from a curve that every device learns over its own loads: normals differ by that too. */
export const WIDER_BY_DRIVER = 2;
/** With fewer, nothing is known of how they differ. */
export const FEWEST_TO_BEGIN_FROM = 5;
/** A device that is one of so many is one of them before it is one of a wider group. */
const ENOUGH = 10;

export interface PeerNormal {
  cohort: Cohort;
  devices: number;
  median: number;
  /** Median distance of the devices' normals from their median. */
  mad: number;
  /** Of one device's values about its normal. */
  spread: number;
  /** How far one device's level of half a day wanders: three of four devices less than that. */
  slow: number;
  /** Mean distance of one device's values from that level; three of four devices less. */
  scatter: number;
  /** Time one device has behind its normal. */
  learnedMs: number;
}

/** By operating mode and metric. */
export type Peers = ReadonlyMap<string, PeerNormal>;
export const peerKey = (mode: string, metric: string): string => `${mode}\n${metric}`;

/** The narrowest group with enough devices; where none has, the one with most. */
export function peersAmong(groups: readonly Peers[]): Peers {
  const chosen = new Map<string, PeerNormal>();
  for (const group of groups) {
    for (const [key, normal] of group) {
      const before = chosen.get(key);
      if (before === undefined || isBetter(normal, before)) chosen.set(key, normal);
    }
  }
  return chosen;
}

function isBetter(one: PeerNormal, than: PeerNormal): boolean {
  const [hasEnough, hadEnough] = [one.devices >= ENOUGH, than.devices >= ENOUGH];
  if (hasEnough !== hadEnough) return hasEnough;
  return hasEnough ? COHORTS.indexOf(one.cohort) < COHORTS.indexOf(than.cohort) : one.devices > than.devices;
}

/** Whom a device is held against, in words. */
export function peersText(cohort: Cohort, devices: number): Text {
  const same = SAME[cohort];
  return { en: `the ${devices} devices of the same ${same.en}`, zh: `${same.zh}的 ${devices} 台设备` };
}

const SAME: Readonly<Record<Cohort, Text>> = {
  lot: { en: 'product and production lot', zh: '同型号、同批次' },
  firmware: { en: 'product and firmware', zh: '同型号、同固件' },
  product: { en: 'product', zh: '同型号' },
};
