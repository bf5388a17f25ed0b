// The screens of the product: their address, icon, who may see them, and where each role starts.
import type { Permission, Role } from '../../contracts/access.ts';
import type { IconName } from '../components/icon.tsx';
import type { Words } from '../i18n/words.ts';

export interface Screen {
  path: string;
  icon: IconName;
  name: Exclude<keyof Words['frame']['nav'], 'label'>;
  permission: Permission;
  /** A second address that belongs to the same screen. */
  also?: string;
}

export const SCREENS: readonly Screen[] = [
  { path: '/fleet', icon: 'fleet', name: 'fleet', permission: 'fleet:read', also: '/devices' },
  { path: '/alerts', icon: 'alerts', name: 'alerts', permission: 'alerts:read' },
  { path: '/rules', icon: 'rules', name: 'rules', permission: 'rules:read' },
  { path: '/models', icon: 'models', name: 'models', permission: 'models:read' },
  { path: '/work-orders', icon: 'jobs', name: 'workOrders', permission: 'work-orders:read' },
  { path: '/costs', icon: 'costs', name: 'costs', permission: 'costs:read' },
  { path: '/contracts', icon: 'receipt', name: 'contracts', permission: 'costs:read' },
  { path: '/value', icon: 'value', name: 'value', permission: 'costs:read' },
  { path: '/quality', icon: 'quality', name: 'quality', permission: 'telemetry:read' },
  { path: '/system', icon: 'system', name: 'system', permission: 'system:read' },
];

const STARTS: Readonly<Record<Role, string>> = {
  'support-engineer': '/alerts',
  'field-engineer': '/work-orders',
  planner: '/work-orders',
  controller: '/costs',
  manager: '/costs',
  auditor: '/costs',
  administrator: '/fleet',
};
export const startOf = (role: Role): string => STARTS[role];

export const isOn = (screen: Screen, path: string): boolean =>
  [screen.path, screen.also].some((start) => start !== undefined && (path === start || path.startsWith(`${start}/`)));
