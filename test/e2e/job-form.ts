// A job done in the dashboard's form as the engineer on site does it: planned, travelled, worked, found, completed.
import type { Locator } from 'playwright-core';
import type { WorkOrderState } from '../../src/contracts/work-order-states.ts';
import type { Viewer } from './browser.ts';

const CHINA_MS = 8 * 3_600_000;
/** What a `datetime-local` field of a browser in China holds. */
const localOf = (atMs: number): string => new Date(atMs + CHINA_MS).toISOString().slice(0, 16);

export interface JobDone {
  device: string;
  untilMs: number;
  workedMs: number;
  /** Total the form shows in the end. */
  cost: string;
}

/** Half an hour's trip of 20 km, the proposed part, the proposed finding. */
export async function captureJob(viewer: Viewer, { device, untilMs, workedMs, cost }: JobDone): Promise<void> {
  const { page, words } = viewer;
  const { form, capture } = words.workOrders;
  await page.getByRole('link', { name: device }).first().click();
  const job = page.getByRole('article');

  await move(viewer, job, 'scheduled', () => job.getByLabel(form.plannedAt).fill(localOf(untilMs)));
  await move(viewer, job, 'dispatched');
  await move(viewer, job, 'travelling');
  await move(viewer, job, 'on-site');

  await record(viewer, job, capture.labour, async () => {
    await job.getByLabel(form.from).fill(localOf(untilMs - workedMs));
    await job.getByLabel(form.to, { exact: true }).fill(localOf(untilMs));
  });
  await record(viewer, job, capture.travel, async () => {
    await job.getByLabel(form.minutes).fill('30');
    await job.getByLabel(form.distance).fill('20');
  });
  await record(viewer, job, capture.parts, () => job.getByLabel(form.serial).fill('O2-0001'));
  await record(viewer, job, capture.finding, () => job.getByLabel(form.cause).fill('wear'));
  await job.getByText(cost).first().waitFor();

  await move(viewer, job, 'completed', () => job.getByLabel(form.downtime).fill('40'));
}

/** Presses the state's button; with `fill` a form opens first, and its button has the same name. */
async function move({ words }: Viewer, job: Locator, to: WorkOrderState, fill?: () => Promise<void>): Promise<void> {
  const name = words.workOrders.moveTo[to];
  await job.getByRole('button', { name, exact: true }).first().click();
  if (fill) {
    await fill();
    await job.getByRole('button', { name, exact: true }).last().click();
  }
  await job.getByRole('button', { name, exact: true }).first().waitFor({ state: 'detached' });
}

async function record({ words }: Viewer, job: Locator, kind: string, fill: () => Promise<void>): Promise<void> {
  const kinds = job.getByRole('group', { name: words.workOrders.capture.title });
  await kinds.getByRole('button', { name: kind }).click();
  await fill();
  await job.getByRole('button', { name: words.workOrders.form.record, exact: true }).click();
  await kinds.getByRole('button', { name: kind, expanded: false }).waitFor();
}
