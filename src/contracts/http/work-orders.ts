// Work orders: what is posted and what is read back.
import { Type, type Static } from 'typebox';
import { Money, WrittenMoney } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import {
  SERVICE_TYPES,
  SEVERITIES,
  WAITING_REASONS,
  WORK_ORDER_KINDS,
  WORK_ORDER_STATES,
} from '../work-order-states.ts';
import { Choice, Instant, Named, Nullable, PageQuery } from './page.ts';

export const NewWorkOrder = Type.Object({
  device: Code,
  kind: Choice(WORK_ORDER_KINDS),
  serviceType: Type.Optional(Choice(SERVICE_TYPES)),
  priority: Type.Optional(Choice(SEVERITIES)),
  component: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  failureMode: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  title: Type.Optional(Text),
  alertId: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }))),
  engineer: Type.Optional(Nullable(Code)),
  plannedAt: Type.Optional(Nullable(Instant)),
  failedAt: Type.Optional(Nullable(Instant)),
  at: Type.Optional(Instant),
});
export type NewWorkOrder = Static<typeof NewWorkOrder>;

export const Finding = Type.Object({
  failureMode: Nullable(Type.String({ maxLength: 64 })),
  cause: Nullable(Type.String({ maxLength: 200 })),
  remedy: Nullable(Type.String({ maxLength: 200 })),
  /** Was the degradation there? null = nobody could tell. */
  confirmed: Nullable(Type.Boolean()),
  note: Type.Optional(Nullable(Type.String({ maxLength: 2000 }))),
});
export type Finding = Static<typeof Finding>;

export const TransitionBody = Type.Object({
  to: Choice(WORK_ORDER_STATES),
  at: Type.Optional(Instant),
  reason: Type.Optional(Type.String({ maxLength: 500 })),
  waiting: Type.Optional(Choice(WAITING_REASONS)),
  engineer: Type.Optional(Code),
  plannedAt: Type.Optional(Instant),
  /** With `to: completed`: when the device worked again, and for how long it did not. */
  restoredAt: Type.Optional(Instant),
  downtimeMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
});
export type TransitionBody = Static<typeof TransitionBody>;

export const LABOUR_CATEGORIES = ['diagnosis', 'repair', 'calibration', 'test', 'documentation', 'remote'] as const;
export const NewLabour = Type.Object({
  engineer: Code,
  from: Instant,
  to: Instant,
  category: Choice(LABOUR_CATEGORIES),
});
export type NewLabour = Static<typeof NewLabour>;
export const NewTravel = Type.Object({
  engineer: Code,
  at: Instant,
  minutes: Type.Integer({ minimum: 0, maximum: 10_080 }),
  distanceKm: Type.Number({ minimum: 0, maximum: 20000 }),
  fare: Type.Optional(WrittenMoney),
});
export type NewTravel = Static<typeof NewTravel>;
/** quantity < 0 returns what was issued. */
export const NewPartUse = Type.Object({
  part: Code,
  quantity: Type.Integer({ minimum: -10_000, maximum: 10_000 }),
  serial: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  lot: Type.Optional(Nullable(Type.String({ maxLength: 64 }))),
  at: Type.Optional(Instant),
});
export type NewPartUse = Static<typeof NewPartUse>;
export const CHARGE_ELEMENTS = ['freight', 'subcontract', 'remote', 'downtime-penalty'] as const;
export const NewCharge = Type.Object({
  element: Choice(CHARGE_ELEMENTS),
  amount: WrittenMoney,
  at: Type.Optional(Instant),
  note: Type.Optional(Type.String({ maxLength: 500 })),
});
export type NewCharge = Static<typeof NewCharge>;

export const WorkOrder = Type.Object({
  id: Type.Integer(),
  kind: Choice(WORK_ORDER_KINDS),
  serviceType: Choice(SERVICE_TYPES),
  state: Choice(WORK_ORDER_STATES),
  priority: Choice(SEVERITIES),
  title: Text,
  device: Code,
  product: Named,
  customer: Named,
  region: Code,
  station: Named,
  contract: Nullable(Type.Object({ code: Code, type: Type.String() })),
  component: Nullable(Named),
  failureMode: Nullable(Named),
  alertId: Nullable(Type.Integer()),
  engineer: Nullable(Named),
  plannedAt: Nullable(Instant),
  waitingReason: Nullable(Choice(WAITING_REASONS)),
  openedAt: Instant,
  openedBy: Type.String(),
  completedAt: Nullable(Instant),
  closedAt: Nullable(Instant),
  downtimeMinutes: Type.Integer(),
  finding: Nullable(Finding),
  /** Direct cost booked so far, one amount a currency. */
  cost: Type.Array(Money),
  allowedTransitions: Type.Array(Choice(WORK_ORDER_STATES)),
  revision: Type.Integer(),
});
export type WorkOrder = Static<typeof WorkOrder>;

export const WorkOrderDetail = Type.Object({
  workOrder: WorkOrder,
  transitions: Type.Array(
    Type.Object({
      from: Nullable(Type.String()),
      to: Type.String(),
      at: Instant,
      recordedAt: Instant,
      actor: Type.String(),
      reason: Nullable(Type.String()),
    }),
  ),
  labour: Type.Array(
    Type.Object({
      id: Type.Integer(),
      engineer: Named,
      from: Instant,
      to: Instant,
      category: Choice(LABOUR_CATEGORIES),
    }),
  ),
  travel: Type.Array(
    Type.Object({
      id: Type.Integer(),
      engineer: Named,
      at: Instant,
      minutes: Type.Integer(),
      distanceKm: Type.Number(),
      fare: Money,
    }),
  ),
  parts: Type.Array(
    Type.Object({
      id: Type.Integer(),
      part: Named,
      quantity: Type.Integer(),
      serial: Nullable(Type.String()),
      lot: Nullable(Type.String()),
      unitCost: Money,
      at: Instant,
    }),
  ),
  charges: Type.Array(
    Type.Object({
      id: Type.Integer(),
      element: Choice(CHARGE_ELEMENTS),
      amount: Money,
      at: Instant,
      note: Type.String(),
    }),
  ),
  /** Booked cost by element. */
  costByElement: Type.Array(Type.Object({ element: Type.String(), amount: Money })),
  /** What the failure mode's planned fix takes, to fill the form with. */
  proposal: Nullable(
    Type.Object({
      part: Nullable(Named),
      labourHours: Type.Number(),
      people: Type.Integer(),
      remote: Type.Boolean(),
      remedy: Text,
    }),
  ),
});
export type WorkOrderDetail = Static<typeof WorkOrderDetail>;

export const WorkOrderQuery = Type.Interface([PageQuery], {
  open: Type.Optional(Type.Boolean()),
  state: Type.Optional(Choice(WORK_ORDER_STATES)),
  kind: Type.Optional(Choice(WORK_ORDER_KINDS)),
  device: Type.Optional(Code),
  customer: Type.Optional(Code),
  engineer: Type.Optional(Code),
});
export type WorkOrderQuery = Static<typeof WorkOrderQuery>;
