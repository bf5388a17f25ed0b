// The demo's service desk: does whole jobs through the API as dispatcher and engineers would, at given times.
// Keeps each engineer's calendar, so that nobody works in two places at once.
import type { WorkOrder, Finding } from '../../contracts/http/work-orders.ts';
import { HOUR_MS, isoOf } from '../../contracts/time.ts';
import type { WorkOrderState } from '../../contracts/work-order-states.ts';
import type { ApiClient } from '../api-client.ts';
import { cny, ENGINEERS, type PlacedDevice } from './world.ts';

export interface JobDone {
  workOrder: WorkOrder;
  device: PlacedDevice;
  /** Earliest start of the work on site. */
  startMs: number;
  hours: number;
  remote: boolean;
  part: string | null;
  finding: Finding;
  downtimeMinutes: number;
  /** Extra charge of an unplanned job: the part came by courier overnight. */
  expediteYuan: number;
}

const ROAD_KM_PER_HOUR = 45;

export interface ServiceDesk {
  /** Who looks after a device. */
  engineerOf(device: PlacedDevice): string;
  /** When the device's engineer could start, at or after `startMs`. */
  nextStart(device: PlacedDevice, startMs: number): number;
  /** Walks the job from where it is to closed; gives back when the work ended. */
  complete(job: JobDone): Promise<number>;
}

export function createServiceDesk(api: ApiClient): ServiceDesk {
  const freeFromMs = new Map<string, number>();
  let partSerial = 0;

  const engineerOf = (device: PlacedDevice): string =>
    (
      ENGINEERS.find(({ station, skills }) => station === device.station && skills.includes(device.kind)) ??
      ENGINEERS[0]
    )?.code ?? '';

  function nextStart(device: PlacedDevice, startMs: number): number {
    return Math.max(startMs, freeFromMs.get(engineerOf(device)) ?? 0);
  }

  async function complete(job: JobDone): Promise<number> {
    const { workOrder, device } = job;
    const engineer = engineerOf(device);
    const path = `/work-orders/${workOrder.id}`;
    const travelMs = job.remote ? 0 : Math.round((device.distanceKm / ROAD_KM_PER_HOUR) * HOUR_MS);
    const onSiteMs = nextStart(device, job.startMs) + travelMs;
    const leaveMs = onSiteMs - travelMs;
    const endMs = onSiteMs + Math.round(job.hours * HOUR_MS);
    freeFromMs.set(engineer, endMs + travelMs);

    const go = (to: WorkOrderState, atMs: number, more: object = {}): Promise<unknown> =>
      api.post(`${path}/transitions`, { to, at: isoOf(atMs), ...more });
    const plannedMs = Math.min(leaveMs, Math.max(Date.parse(workOrder.openedAt), leaveMs - 12 * HOUR_MS));
    if (workOrder.state === 'draft') await go('approved', plannedMs);
    await go('scheduled', plannedMs, { engineer, plannedAt: isoOf(onSiteMs) });
    if (!job.remote) {
      await go('dispatched', plannedMs);
      await go('travelling', leaveMs);
    }
    await go('on-site', onSiteMs);
    if (travelMs > 0) {
      const minutes = Math.round((2 * travelMs) / 60_000);
      await api.post(`${path}/travel`, { engineer, at: isoOf(leaveMs), minutes, distanceKm: 2 * device.distanceKm });
    }
    await recordWork(path, engineer, job, onSiteMs, endMs);
    await go('completed', endMs, { restoredAt: isoOf(endMs), downtimeMinutes: job.downtimeMinutes });
    await go('reviewed', endMs + 1 * HOUR_MS);
    await go('closed', endMs + 2 * HOUR_MS);
    return endMs;
  }

  async function recordWork(
    path: string,
    engineer: string,
    job: JobDone,
    fromMs: number,
    endMs: number,
  ): Promise<void> {
    const category = job.remote ? 'remote' : 'repair';
    await api.post(`${path}/labour`, { engineer, from: isoOf(fromMs), to: isoOf(endMs), category });
    const foundMs = fromMs + Math.round((endMs - fromMs) / 4);
    if (job.part !== null) {
      partSerial += 1;
      const serial = `${job.part}-${String(partSerial).padStart(5, '0')}`;
      await api.post(`${path}/parts`, { part: job.part, quantity: 1, serial, at: isoOf(foundMs) });
    }
    if (job.expediteYuan > 0) {
      const note = '备件连夜快递';
      await api.post(`${path}/charges`, {
        element: 'freight',
        amount: cny(job.expediteYuan),
        at: isoOf(foundMs),
        note,
      });
    }
    await api.post(`${path}/finding`, job.finding);
  }

  return { engineerOf, nextStart, complete };
}
