// Every screen of the dashboard by its address, and what is wrong with how a page shows one.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import type { Alert } from '../../src/contracts/http/alerts.ts';
import type { Device } from '../../src/contracts/http/devices.ts';
import type { Page as Listed } from '../../src/contracts/http/page.ts';
import type { WorkOrder } from '../../src/contracts/http/work-orders.ts';
import type { ApiClient } from '../../src/simulators/api-client.ts';

export interface Screen {
  name: string;
  path: string;
}

const ALWAYS: readonly Screen[] = [
  { name: 'fleet', path: '/fleet' },
  { name: 'fleet-wall', path: '/fleet?view=wall' },
  { name: 'alerts', path: '/alerts' },
  { name: 'alerts-done', path: '/alerts?show=done' },
  { name: 'work-orders', path: '/work-orders' },
  { name: 'work-orders-board', path: '/work-orders?view=board' },
  { name: 'rules', path: '/rules' },
  { name: 'rule-new', path: '/rules/new' },
  { name: 'models', path: '/models' },
  { name: 'model', path: '/models/1' },
  { name: 'costs', path: '/costs' },
  { name: 'costs-movers', path: '/costs?tab=movers' },
  { name: 'costs-flow', path: '/costs?tab=flow' },
  { name: 'costs-allocation', path: '/costs?tab=allocation' },
  { name: 'costs-books', path: '/costs?tab=books' },
  { name: 'value', path: '/value' },
  { name: 'quality', path: '/quality?show=all' },
  { name: 'quality-days', path: '/quality?tab=days' },
  { name: 'quality-names', path: '/quality?tab=names' },
  { name: 'quality-quarantine', path: '/quality?tab=quarantine' },
  { name: 'notifications', path: '/notifications' },
  { name: 'notifications-sent', path: '/notifications?tab=sent' },
  { name: 'notifications-policies', path: '/notifications?tab=policies' },
  { name: 'notifications-webhooks', path: '/notifications?tab=webhooks' },
  { name: 'notifications-teams', path: '/notifications?tab=teams' },
  { name: 'system', path: '/system' },
  { name: 'nowhere', path: '/no-such-screen' },
];

/** The screens of an instance; those of one record are there when it has such a record. */
export async function screensOf(api: ApiClient): Promise<Screen[]> {
  const first = async <T>(path: string): Promise<T | undefined> => (await api.get<Listed<T>>(path)).items[0];
  const alert = await first<Alert>('/alerts?open=true&sort=-valueAtRisk&limit=1');
  const device = alert?.device ?? (await first<Device>('/devices?limit=1'))?.id;
  const open = await first<WorkOrder>('/work-orders?open=true&limit=1');
  const done = await first<WorkOrder>('/work-orders?state=closed&limit=1');
  const ofRecords: [name: string, path: string | null][] = [
    ['fleet-device', device === undefined ? null : `/fleet/${device}`],
    ['device', device === undefined ? null : `/devices/${device}?range=30d`],
    ['alert', alert === undefined ? null : `/alerts/${alert.id}`],
    ['work-order-open', open === undefined ? null : `/work-orders/${open.id}`],
    ['work-order-closed', done === undefined ? null : `/work-orders/${done.id}`],
    ['cost-facts', done === undefined ? null : '/costs?rows=product&columns=element&cell=element:labour'],
  ];
  return [...ALWAYS, ...ofRecords.flatMap(([name, path]) => (path === null ? [] : [{ name, path }]))];
}

/** Resolves when the screen stands: content is there and nothing on it is still being loaded. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main :is(h1, h2, .empty-title)').first().waitFor();
  await page.locator('.skeleton, [aria-busy="true"]').first().waitFor({ state: 'detached' });
}

/** What nobody should see: a page wider than its window, leftovers of the program in its text. */
export const faultsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const faults: string[] = [];
    if (scrollWidth > clientWidth) {
      const wide = [...document.querySelectorAll('body *')].filter(
        (element) => element.getBoundingClientRect().right > clientWidth + 1,
      );
      const names = wide.slice(0, 5).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
      faults.push(`${scrollWidth} px wide in a window of ${clientWidth}: ${names.join(', ')}`);
    }
    const leftover = /\b(undefined|NaN|Invalid Date|Infinity|null)\b|\[object /.exec(document.body.innerText);
    if (leftover) faults.push(`the text says "${leftover[0]}"`);
    return faults;
  });

export type Rules = 'all' | 'contrast';

/** Every rule of axe that is broken, with the first element that breaks it; `contrast` only what colours can break. */
export async function barriersOf(page: Page, rules: Rules): Promise<string[]> {
  // Nothing is framed, so one run in the page itself will do; the other mode opens a second page for the report.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({
    resultTypes: ['violations'],
    ...(rules === 'contrast' ? { runOnly: ['color-contrast'] } : {}),
  });
  const { violations } = await axe.analyze();
  return violations.map(
    ({ id, impact, nodes }) => `${id} (${impact}), ${nodes.length}x: ${nodes[0]?.target.join(' ')}`,
  );
}
