// Loads the present view of every touched record, once, and says on which topics it goes out and to whom.
import type { Message, Outgoing, Place } from './audience.ts';
import type { Alert } from '../../contracts/http/alerts.ts';
import type { Command } from '../../contracts/http/commands.ts';
import type { Device } from '../../contracts/http/devices.ts';
import type { Import } from '../../contracts/http/system.ts';
import type { WorkOrder } from '../../contracts/http/work-orders.ts';
import type { AlertReads, Commands, Devices, Imports, WorkOrderReads } from '../ports.ts';
import type { TouchedAt, TouchedCosts } from './records.ts';

export interface ViewPorts {
  devices: Pick<Devices, 'many'>;
  alerts: Pick<AlertReads, 'many'>;
  commands: Pick<Commands, 'many'>;
  workOrders: Pick<WorkOrderReads, 'many'>;
  imports: Pick<Imports, 'one'>;
}

interface Views {
  devices: ReadonlyMap<string, Device>;
  alerts: ReadonlyMap<number, Alert>;
  commands: ReadonlyMap<string, Command>;
  workOrders: ReadonlyMap<number, WorkOrder>;
  imports: ReadonlyMap<number, Import>;
}

export const placeOf = (view: Device | Alert | WorkOrder): Place => ({
  region: typeof view.region === 'string' ? view.region : view.region.code,
  customer: view.customer.code,
});

const byId = <Id, View extends { id: Id }>(views: readonly View[]): Map<Id, View> =>
  new Map(views.map((view) => [view.id, view]));

async function loadViews(entries: readonly TouchedAt[], ports: ViewPorts): Promise<Views> {
  const devices = new Set<string>();
  const alerts = new Set<number>();
  const commands = new Set<string>();
  const workOrders = new Set<number>();
  const imports = new Set<number>();
  for (const { touched } of entries) {
    if (touched.kind === 'device') devices.add(touched.id);
    else if (touched.kind === 'command') {
      commands.add(touched.id);
      devices.add(touched.device);
    } else if (touched.kind === 'alert') alerts.add(touched.id);
    else if (touched.kind === 'work-order') workOrders.add(touched.id);
    else if (touched.kind === 'import') imports.add(touched.id);
    else if (touched.kind === 'costs' && touched.device !== null) devices.add(touched.device);
  }
  return {
    devices: byId(devices.size === 0 ? [] : await ports.devices.many([...devices])),
    alerts: byId(alerts.size === 0 ? [] : await ports.alerts.many([...alerts])),
    commands: new Map(
      (commands.size === 0 ? [] : await ports.commands.many([...commands])).map((view) => [view.request, view]),
    ),
    workOrders: byId(workOrders.size === 0 ? [] : await ports.workOrders.many([...workOrders])),
    imports: byId((await Promise.all([...imports].map((id) => ports.imports.one(id)))).filter((one) => one !== null)),
  };
}

/**
 * In the order of positions, which then strictly grow within each topic: an event has one thing to say on a topic. A
 * record that is gone by now has nothing to tell.
 */
export async function loadChanges(entries: readonly TouchedAt[], ports: ViewPorts): Promise<Outgoing[]> {
  const views = await loadViews(entries, ports);
  const inOrder = [...entries].sort((a, b) => a.position - b.position);
  return inOrder.flatMap((entry) => outgoingOf(entry, views));
}

function outgoingOf({ touched, position }: TouchedAt, views: Views): Outgoing[] {
  switch (touched.kind) {
    case 'device': {
      const data = views.devices.get(touched.id);
      if (!data) return [];
      const change = { position, message: { type: 'device.changed', data } as const, place: placeOf(data) };
      return [
        { topic: 'fleet', ...change },
        { topic: `device:${data.id}`, ...change },
      ];
    }
    case 'command': {
      const data = views.commands.get(touched.id);
      const device = views.devices.get(touched.device);
      if (!data || !device) return [];
      const message = { type: 'command.changed', data } as const;
      return [{ topic: `device:${device.id}`, position, message, place: placeOf(device) }];
    }
    case 'alert': {
      const data = views.alerts.get(touched.id);
      return data
        ? [{ topic: 'alerts', position, message: { type: 'alert.changed', data }, place: placeOf(data) }]
        : [];
    }
    case 'work-order': {
      const data = views.workOrders.get(touched.id);
      return data
        ? [{ topic: 'work-orders', position, message: { type: 'work-order.changed', data }, place: placeOf(data) }]
        : [];
    }
    case 'import': {
      const data = views.imports.get(touched.id);
      return data
        ? [{ topic: 'fleet', position, message: { type: 'import.progressed', data }, place: 'everyone' }]
        : [];
    }
    // Rules are of products, and hold no device's data: who may read them reads the one that changed.
    case 'rule': {
      const message = { type: 'rule.changed', data: { id: touched.id } } as const;
      return [{ topic: 'rules', position, message, place: 'everyone' }];
    }
    case 'costs':
      return [{ topic: 'costs', position, ...costsMessage(touched, views) }];
  }
}

/** Cost of no single device belongs to the whole house: those with a cut view learn that it moved, not by how much. */
function costsMessage(costs: TouchedCosts, views: Views): Pick<Outgoing, 'message' | 'place' | 'cutMessage'> {
  const { period, currency, device, workOrderId } = costs;
  const data = { period, currency, device, workOrderId, amountMinor: costs.amountMinor?.toString() ?? null };
  const message: Message = { type: 'costs.changed', data };
  const view = device === null ? undefined : views.devices.get(device);
  if (view) return { message, place: placeOf(view) };
  const cut = { period, currency, device: null, workOrderId: null, amountMinor: null };
  return { message, place: 'everyone', cutMessage: { type: 'costs.changed', data: cut } };
}
