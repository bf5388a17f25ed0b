// English words of every screen, one file a screen.
import { access } from './en/access.ts';
import { alerts } from './en/alerts.ts';
import { allocation } from './en/allocation.ts';
import { books } from './en/books.ts';
import { commands } from './en/commands.ts';
import { contracts } from './en/contracts.ts';
import { costs } from './en/costs.ts';
import { device } from './en/device.ts';
import { explain } from './en/explain.ts';
import { fleet } from './en/fleet.ts';
import { flow } from './en/flow.ts';
import { forecast } from './en/forecast.ts';
import { frame } from './en/frame.ts';
import { imports } from './en/imports.ts';
import { models } from './en/models.ts';
import { movers } from './en/movers.ts';
import { notifications } from './en/notifications.ts';
import { quality } from './en/quality.ts';
import { quarantine } from './en/quarantine.ts';
import { rates } from './en/rates.ts';
import { rules } from './en/rules.ts';
import { survival } from './en/survival.ts';
import { system } from './en/system.ts';
import { terms } from './en/terms.ts';
import { value } from './en/value.ts';
import { workOrders } from './en/work-orders.ts';

export const en = {
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
