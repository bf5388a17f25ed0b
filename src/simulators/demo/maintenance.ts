// What the demo's people do with what the fleet shows: visit predictive work orders some days after they open, repair what
// failed, keep the calendar of preventive maintenance. Looks at the simulators' truth only as an engineer on site would.
import type { FailureMode } from '../../contracts/product.ts';
import type { WorkOrder } from '../../contracts/http/work-orders.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../../contracts/time.ts';
import type { ApiClient } from '../api-client.ts';
import { PRODUCTS } from '../catalogue/products.ts';
import { chanceOf, hashText } from '../random.ts';
import type { TruthLine } from '../wear.ts';
import { createServiceDesk, type ServiceDesk } from './service-desk.ts';
import type { Unit } from './unit.ts';
import type { PlacedDevice } from './world.ts';

const PM_EVERY_DAYS = 90;
/** How soon after a failure the unit works again, hours, and after a prediction the visit, days. */
const RESPONSE_HOURS = [8, 34] as const;
const VISIT_DAYS = [1, 5] as const;
const NEEDLESS_VISIT_HOURS = 2;
const UNPLANNED_LABOUR = 1.4;

interface Visit {
  unit: Unit;
  component: string;
  failureMode: FailureMode;
  /** The job to do; a failure's job is opened at its visit. */
  workOrder: WorkOrder | null;
  failedMs: number | null;
  startMs: number;
  isConfirmed: boolean;
}

interface Task {
  device: PlacedDevice;
  startMs: number;
  run: () => Promise<void>;
}

export interface Maintenance {
  /** Looks at what is open and broken at the end of a day and plans the coming visits. */
  planAfter(dayEndMs: number): Promise<void>;
  /** Does the visits that fall before `untilMs`; those whose paperwork would end later stay open. */
  workUntil(untilMs: number): Promise<void>;
}

export interface MaintenanceOptions {
  startMs: number;
  /** Whether the calendar of preventive maintenance is kept. */
  keepsCalendar: boolean;
}

export function createMaintenance(
  api: ApiClient,
  units: readonly Unit[],
  { startMs, keepsCalendar }: MaintenanceOptions,
): Maintenance {
  const desk = createServiceDesk(api);
  const planned = new Set<string>();
  let visits: Visit[] = [];

  function planVisit(visit: Visit): void {
    visits.push(visit);
    // About an hour into the visit the part is changed, or what only looked like wear is found and put right.
    visit.unit.repairAt(visit.startMs + 1 * HOUR_MS, visit.component, visit.isConfirmed ? 'full' : 'cause');
  }

  async function planPredictive(dayEndMs: number): Promise<void> {
    for (const workOrder of await api.all<WorkOrder>('/work-orders?open=true&kind=predictive')) {
      const unit = units.find(({ device }) => device.id === workOrder.device);
      const mode = unit && modeOf(unit, workOrder.failureMode?.code);
      if (!unit || !mode || !workOrder.component || planned.has(`job:${workOrder.id}`)) continue;
      planned.add(`job:${workOrder.id}`);
      const days = between(VISIT_DAYS, `visit/${workOrder.device}/${workOrder.openedAt}`);
      const visitMs = morningAfter(Math.max(dayEndMs, Date.parse(workOrder.openedAt) + days * DAY_MS));
      const isConfirmed = isWearing(unit.truth(), workOrder.component.code, dayEndMs);
      const component = workOrder.component.code;
      planVisit({ unit, component, failureMode: mode, workOrder, failedMs: null, startMs: visitMs, isConfirmed });
    }
  }

  function planCorrective(dayEndMs: number): void {
    for (const unit of units) {
      for (const line of unit.truth()) {
        const failedMs = line.failure === null ? Number.POSITIVE_INFINITY : Date.parse(line.failure);
        const mode = modeOf(unit, line.failureMode);
        const key = `failure:${line.device}:${line.failureMode}:${line.failure}`;
        if (failedMs < startMs || failedMs > dayEndMs || line.kind === 'look-alike' || !mode || planned.has(key))
          continue;
        planned.add(key);
        const atMs = Math.max(dayEndMs, failedMs + between(RESPONSE_HOURS, key) * HOUR_MS);
        // A predictive job for this part that had not been done in time becomes the job of the failure.
        const late = visits.find((visit) => visit.unit === unit && visit.component === line.component);
        visits = visits.filter((visit) => visit !== late);
        const workOrder = late?.workOrder ?? null;
        const component = line.component;
        planVisit({ unit, component, failureMode: mode, workOrder, failedMs, startMs: atMs, isConfirmed: true });
      }
    }
  }

  function calendarTasks(untilMs: number): Task[] {
    return units.flatMap((unit, index) => {
      const tasks: Task[] = [];
      const offsetDays = (index * 7) % PM_EVERY_DAYS;
      for (let n = 0; ; n++) {
        const dueMs = morningAfter(startMs + (offsetDays + n * PM_EVERY_DAYS) * DAY_MS);
        if (dueMs + DAY_MS > untilMs) return tasks;
        const key = `pm:${unit.device.id}:${n}`;
        if (planned.has(key)) continue;
        planned.add(key);
        tasks.push({ device: unit.device, startMs: dueMs, run: () => doPreventive(api, desk, unit, dueMs) });
      }
    });
  }

  function visitTasks(untilMs: number): Task[] {
    const due = visits.filter(({ startMs: atMs }) => atMs + DAY_MS <= untilMs);
    visits = visits.filter((visit) => !due.includes(visit));
    return due.map((visit) => ({
      device: visit.unit.device,
      startMs: visit.startMs,
      run: () => doVisit(api, desk, visit),
    }));
  }

  return {
    async planAfter(dayEndMs) {
      await planPredictive(dayEndMs);
      planCorrective(dayEndMs);
    },
    async workUntil(untilMs) {
      const calendar = keepsCalendar ? calendarTasks(untilMs) : [];
      const tasks = [...calendar, ...visitTasks(untilMs)].sort((a, b) => a.startMs - b.startMs);
      // An engineer does one job after the other; the engineers work at the same time.
      const engineers = new Set(tasks.map(({ device }) => desk.engineerOf(device)));
      await Promise.all(
        [...engineers].map(async (engineer) => {
          for (const { device, run } of tasks) if (desk.engineerOf(device) === engineer) await run();
        }),
      );
    },
  };
}

const modeOf = (unit: Unit, code: string | undefined): FailureMode | undefined =>
  PRODUCTS[unit.device.kind].components.flatMap(({ failureModes }) => failureModes).find((mode) => mode.code === code);

const isWearing = (truth: readonly TruthLine[], component: string, atMs: number): boolean =>
  truth.some((line) => line.component === component && line.kind === 'wear' && isActive(line, atMs));

const isActive = (line: TruthLine, atMs: number): boolean =>
  Date.parse(line.onset) <= atMs && (line.failure === null || Date.parse(line.failure) > atMs - 2 * DAY_MS);

const between = ([low, high]: readonly [number, number], name: string): number =>
  low + (high - low) * chanceOf(hashText(name), 0, 0);

/** Eight in the morning in China, of the day that begins at or after an instant. */
const morningAfter = (atMs: number): number => Math.ceil(atMs / DAY_MS) * DAY_MS;

async function doVisit(api: ApiClient, desk: ServiceDesk, visit: Visit): Promise<void> {
  const { unit, failureMode, failedMs, isConfirmed } = visit;
  const isUnplanned = failedMs !== null;
  const workOrder =
    visit.workOrder ??
    (await api.post<WorkOrder>('/work-orders', {
      device: unit.device.id,
      kind: 'corrective',
      serviceType: failureMode.remote ? 'remote' : 'on-site',
      priority: 'critical',
      component: visit.component,
      failureMode: failureMode.code,
      failedAt: isoOf(failedMs ?? visit.startMs),
      at: isoOf(Math.min(visit.startMs, (failedMs ?? visit.startMs) + HOUR_MS)),
    }));
  const hours = isConfirmed ? Math.max(0.5, failureMode.labourHours * failureMode.people) : NEEDLESS_VISIT_HOURS;
  const startMs = desk.nextStart(unit.device, visit.startMs);
  await desk.complete({
    workOrder,
    device: unit.device,
    startMs,
    hours: isUnplanned ? hours * UNPLANNED_LABOUR : hours,
    remote: failureMode.remote && !isUnplanned,
    part: isConfirmed ? failureMode.part : null,
    finding: {
      failureMode: isConfirmed ? failureMode.code : null,
      cause: isConfirmed ? 'wear' : null,
      remedy: isConfirmed ? failureMode.remedy.en : null,
      confirmed: isConfirmed,
      note: isConfirmed ? null : '属良性原因，已处理，部件在限值内',
    },
    downtimeMinutes: isUnplanned ? Math.round((startMs + hours * HOUR_MS - failedMs) / 60_000) : Math.round(hours * 40),
    expediteYuan: isUnplanned && failureMode.part !== null ? 1_850 : 0,
  });
}

async function doPreventive(api: ApiClient, desk: ServiceDesk, unit: Unit, dueMs: number): Promise<void> {
  const workOrder = await api.post<WorkOrder>('/work-orders', {
    device: unit.device.id,
    kind: 'preventive',
    serviceType: 'on-site',
    priority: 'minor',
    title: { en: 'Calendar maintenance', zh: '定期保养' },
    plannedAt: isoOf(dueMs),
    at: isoOf(dueMs - 7 * DAY_MS),
  });
  await desk.complete({
    workOrder,
    device: unit.device,
    startMs: dueMs,
    hours: ['mri', 'ct'].includes(unit.device.kind) ? 5 : 1.5,
    remote: false,
    part: null,
    finding: { failureMode: null, cause: null, remedy: 'checklist done', confirmed: null },
    downtimeMinutes: 60,
    expediteYuan: 0,
  });
}
