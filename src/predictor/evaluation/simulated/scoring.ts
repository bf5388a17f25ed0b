// Holds the alarms of a unit against its known faults, per episode and never per sample. An alarm is right when it began
// at least the shortest useful lead before a failure it points to, and was still on within that mode's horizon of it.
import type { FailureMode, Product } from '../../../contracts/product.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { causeOfMetric, causeOfMode } from '../../core/plan.ts';
import type { InjectedFault, SimulatedUnit } from './fleet.ts';

/** Begun and ended; one that was on at the end ends there. */
export interface Alarm {
  cause: string;
  fromMs: EpochMs;
  toMs: EpochMs;
  /** Metrics that lead, where the alarm is about several that no longer go together. */
  leading?: readonly string[];
}

export interface JudgedFault {
  fault: InjectedFault;
  cause: string;
  /** Time from the first right alarm to the failure, `null` when nobody was warned. */
  leadMs: number | null;
  /** The same for alarms that name this very failure mode and not only one of its signs. */
  namedLeadMs: number | null;
}

export interface FalseAlarm {
  alarm: Alarm;
  /** It spoke of a benign cause that looks like wear: no sign on the unit tells the two apart. */
  isLookAlike: boolean;
}

export interface UnitScore {
  faults: JudgedFault[];
  falseAlarms: FalseAlarm[];
}

/** A warning later than this comes too late to plan a visit. */
const SHORTEST_LEAD_MS = DAY_MS;
/** What is still said this long after a repair is about the failure, too late and not false. */
const AFTER_REPAIR_MS = DAY_MS;
/** A look-alike's sign takes some days to leave the levels. */
const AFTER_LOOK_ALIKE_MS = 5 * DAY_MS;

export function scoreUnit({ product, faults }: SimulatedUnit, alarms: readonly Alarm[]): UnitScore {
  const known = faults.map((fault) => knownFault(product, fault));
  const failures = known.filter(({ fault }) => fault.kind !== 'look-alike');
  const explained = new Set<Alarm>();
  const judged = failures.map((one): JudgedFault => {
    const { fault, cause, mode } = one;
    const right = alarms.filter((alarm) => pointsTo(alarm, one) && warnsOf(alarm, fault, mode));
    for (const alarm of right) explained.add(alarm);
    for (const alarm of alarms) if (isLate(alarm, fault)) explained.add(alarm);
    return {
      fault,
      cause,
      leadMs: leadOf(right, fault),
      namedLeadMs: leadOf(
        right.filter((alarm) => alarm.cause === cause),
        fault,
      ),
    };
  });
  const lookAlikes = known.filter(({ fault }) => fault.kind === 'look-alike');
  return {
    faults: judged,
    falseAlarms: alarms
      .filter((alarm) => !explained.has(alarm))
      .map((alarm) => ({ alarm, isLookAlike: lookAlikes.some((one) => mistakes(alarm, one)) })),
  };
}

interface KnownFault {
  fault: InjectedFault;
  mode: FailureMode;
  cause: string;
  /** The mode itself, and each of its signs alone. */
  causes: ReadonlySet<string>;
}

function knownFault(product: Product, fault: InjectedFault): KnownFault {
  const component = product.components.find(({ code }) => code === fault.component);
  const mode = component?.failureModes.find(({ code }) => code === fault.failureMode);
  if (mode === undefined) {
    throw new Error(`the catalogue of ${product.code} has no ${fault.component}/${fault.failureMode}`);
  }
  const cause = causeOfMode(fault.component, fault.failureMode);
  return { fault, mode, cause, causes: new Set([cause, ...mode.signs.map(({ metric }) => causeOfMetric(metric))]) };
}

const pointsTo = ({ cause, leading = [] }: Alarm, { causes }: KnownFault): boolean =>
  causes.has(cause) || leading.some((metric) => causes.has(causeOfMetric(metric)));

const warnsOf = ({ fromMs, toMs }: Alarm, { endMs }: InjectedFault, { horizonHours }: FailureMode): boolean =>
  fromMs <= endMs - SHORTEST_LEAD_MS && toMs >= endMs - horizonHours * HOUR_MS;

const isLate = ({ fromMs }: Alarm, { endMs, repairedMs }: InjectedFault): boolean =>
  fromMs > endMs - SHORTEST_LEAD_MS && fromMs <= (repairedMs ?? endMs) + AFTER_REPAIR_MS;

const leadOf = (alarms: readonly Alarm[], { endMs }: InjectedFault): number | null =>
  alarms.length === 0 ? null : endMs - Math.min(...alarms.map(({ fromMs }) => fromMs));

const mistakes = (alarm: Alarm, known: KnownFault): boolean =>
  pointsTo(alarm, known) &&
  alarm.fromMs >= known.fault.onsetMs &&
  alarm.fromMs <= known.fault.endMs + AFTER_LOOK_ALIKE_MS;
