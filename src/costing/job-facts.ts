// What was captured on work orders becomes cost facts: reads one event, works out its facts, posts them in the same
// transaction. Each fact is keyed by the captured row, so no event can be costed twice.
import type { JobDimensions } from '../contracts/costs.ts';
import type { EventMap, LoggedEvent } from '../contracts/events.ts';
import { isoOf } from '../contracts/time.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { partsMinor, travelDistanceMinor, travelTimeMinor } from './core/job-cost.ts';
import { labourParts } from './core/labour-parts.ts';
import { tellFailure } from './contracts/penalties.ts';
import { valuesOfJob } from './dimension-columns.ts';
import { postFacts } from './facts.ts';
import type { NewFact } from './new-fact.ts';
import { rateAt, ratesBetween } from './rates.ts';

export const JOB_EVENTS = [
  'work-order.labour-recorded',
  'work-order.travel-recorded',
  'work-order.part-recorded',
  'work-order.charge-recorded',
  'work-order.completed',
] as const;
export type JobEvent = (typeof JOB_EVENTS)[number];

type Own = 'amountMinor' | 'currency' | 'element' | 'quantityMilli' | 'unit' | 'source' | 'idempotencyKey';

function jobFact(
  job: JobDimensions,
  at: string,
  own: Pick<NewFact, Own> & { durationMs?: number; engineer?: string; note?: string },
): NewFact {
  const { engineer, note, ...fact } = own;
  return {
    ...fact,
    occurredOn: at.slice(0, 10),
    dimensions: valuesOfJob(job, engineer ?? null),
    workOrderId: job.workOrderId,
    pool: null,
    reversalOf: null,
    actor: 'system',
    note: note ?? null,
  };
}

/** A fact for each month and rate the span goes over. */
async function labourFacts(db: Queryable, labour: EventMap['work-order.labour-recorded']): Promise<NewFact[]> {
  const { job, labourId, engineer, from, to } = labour;
  const rates = await ratesBetween(db, 'labour-hour', engineer, labour);
  return labourParts(Date.parse(from), Date.parse(to), rates).map((part, index) =>
    jobFact(job, isoOf(part.fromMs), {
      amountMinor: part.amountMinor,
      currency: part.currency,
      element: labour.category === 'remote' ? 'remote' : 'labour',
      quantityMilli: part.quantityMilli,
      durationMs: part.toMs - part.fromMs,
      unit: 'h',
      source: { type: 'labour', id: String(labourId) },
      idempotencyKey: index === 0 ? `labour:${labourId}` : `labour:${labourId}:${isoOf(part.fromMs)}`,
      engineer,
    }),
  );
}

async function travelFacts(db: Queryable, travel: EventMap['work-order.travel-recorded']): Promise<NewFact[]> {
  const { job, travelId, engineer, at, distanceM, hoursMilli } = travel;
  const source = { type: 'travel', id: String(travelId) };
  const facts: NewFact[] = [];
  const fact = (part: string, own: Pick<NewFact, 'amountMinor' | 'currency' | 'quantityMilli' | 'unit'>): void => {
    const idempotencyKey = `travel:${travelId}:${part}`;
    facts.push(jobFact(job, at, { ...own, element: 'travel', source, idempotencyKey, engineer }));
  };
  if (hoursMilli > 0) {
    const rate = await rateAt(db, 'travel-hour', engineer, at);
    // Captured in whole minutes, which thousandths of an hour still tell apart.
    const amountMinor = travelTimeMinor(rate.amountMinor, Math.round((hoursMilli * 60) / 1000));
    fact('time', { amountMinor, currency: rate.currency, quantityMilli: BigInt(hoursMilli), unit: 'h' });
  }
  if (distanceM > 0) {
    const rate = await rateAt(db, 'travel-km', engineer, at);
    const amountMinor = travelDistanceMinor(rate.amountMinor, distanceM);
    fact('distance', { amountMinor, currency: rate.currency, quantityMilli: BigInt(distanceM), unit: 'km' });
  }
  const fareMinor = BigInt(travel.fareMinor);
  if (fareMinor !== 0n) {
    fact('fare', { amountMinor: fareMinor, currency: travel.currency, quantityMilli: 1000n, unit: '1' });
  }
  return facts;
}

function partFacts(part: EventMap['work-order.part-recorded']): NewFact[] {
  return [
    jobFact(part.job, part.at, {
      amountMinor: partsMinor(BigInt(part.unitCostMinor), part.quantity),
      currency: part.currency,
      element: 'parts',
      quantityMilli: BigInt(part.quantity) * 1000n,
      unit: '1',
      source: { type: 'part', id: String(part.partUseId) },
      idempotencyKey: `part:${part.partUseId}`,
      note: part.part,
    }),
  ];
}

function chargeFacts(charge: EventMap['work-order.charge-recorded']): NewFact[] {
  return [
    jobFact(charge.job, charge.at, {
      amountMinor: BigInt(charge.amountMinor),
      currency: charge.currency,
      element: charge.element,
      quantityMilli: 1000n,
      unit: '1',
      source: { type: 'charge', id: String(charge.chargeId) },
      idempotencyKey: `charge:${charge.chargeId}`,
      note: charge.note,
    }),
  ];
}

/** Only a failure owes a penalty; planned downtime was agreed with the customer. */
async function penaltyFacts(tx: Transaction, done: EventMap['work-order.completed']): Promise<NewFact[]> {
  const { job, downtimeMinutes, completedAt } = done;
  const { contract, workOrderId } = job;
  if (job.maintenanceKind !== 'corrective' || contract === null) return [];
  const penalty = await tellFailure(tx, { workOrderId, contract, downtimeMinutes, completedAt });
  if (penalty === null || penalty.amountMinor === 0n) return [];
  const { amountMinor, minutes, currency } = penalty;
  return [
    jobFact(job, completedAt, {
      amountMinor,
      currency,
      element: 'downtime-penalty',
      quantityMilli: BigInt(Math.round((minutes * 1000) / 60)),
      unit: 'h',
      source: { type: 'downtime', id: String(job.workOrderId) },
      idempotencyKey: `downtime:${job.workOrderId}`,
    }),
  ];
}

function factsOf(tx: Transaction, event: LoggedEvent<JobEvent>): Promise<NewFact[]> | NewFact[] {
  switch (event.type) {
    case 'work-order.labour-recorded':
      return labourFacts(tx, event.payload);
    case 'work-order.travel-recorded':
      return travelFacts(tx, event.payload);
    case 'work-order.part-recorded':
      return partFacts(event.payload);
    case 'work-order.charge-recorded':
      return chargeFacts(event.payload);
    case 'work-order.completed':
      return penaltyFacts(tx, event.payload);
  }
}

export async function costJobEvent(tx: Transaction, event: LoggedEvent<JobEvent>): Promise<void> {
  await postFacts(tx, event.at, await factsOf(tx, event));
}
