// Chinese words of every screen, as a service manager would say them.
import type { Words } from './words.ts';
import { access } from './zh/access.ts';
import { alerts } from './zh/alerts.ts';
import { allocation } from './zh/allocation.ts';
import { books } from './zh/books.ts';
import { commands } from './zh/commands.ts';
import { contracts } from './zh/contracts.ts';
import { costs } from './zh/costs.ts';
import { device } from './zh/device.ts';
import { explain } from './zh/explain.ts';
import { fleet } from './zh/fleet.ts';
import { flow } from './zh/flow.ts';
import { forecast } from './zh/forecast.ts';
import { frame } from './zh/frame.ts';
import { imports } from './zh/imports.ts';
import { models } from './zh/models.ts';
import { movers } from './zh/movers.ts';
import { notifications } from './zh/notifications.ts';
import { quality } from './zh/quality.ts';
import { quarantine } from './zh/quarantine.ts';
import { rates } from './zh/rates.ts';
import { rules } from './zh/rules.ts';
import { survival } from './zh/survival.ts';
import { system } from './zh/system.ts';
import { terms } from './zh/terms.ts';
import { value } from './zh/value.ts';
import { workOrders } from './zh/work-orders.ts';

export const zh: Words = {
  frame,
  terms,
  fleet,
  device,
  access,
  imports,
  commands,
  alerts,
  workOrders,
  contracts,
  costs,
  books,
  rates,
  explain,
  flow,
  forecast,
  allocation,
  movers,
  value,
  rules,
  models,
  survival,
  notifications,
  quality,
  quarantine,
  system,
};
