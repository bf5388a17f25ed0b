// Roles, what each may do, and the scope (regions, customers) a person's view is cut to.
// `device` is not here: devices sign in to the broker, never to the API.

export const ROLES = [
  'support-engineer',
  'field-engineer',
  'planner',
  'controller',
  'manager',
  'auditor',
  'administrator',
] as const;
export type Role = (typeof ROLES)[number];

export const PERMISSIONS = [
  'fleet:read',
  'registry:write',
  'credentials:write',
  'telemetry:read',
  'commands:write',
  'alerts:read',
  'alerts:write',
  'notifications:read',
  'notifications:write',
  'rules:read',
  'rules:write',
  'models:read',
  'models:write',
  'models:approve',
  'rules:approve',
  'work-orders:read',
  'work-orders:write',
  'costs:read',
  'costs:write',
  'costs:approve',
  'quarantine:read',
  'quarantine:write',
  'users:read',
  'users:write',
  'system:read',
  'system:write',
  'imports:write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const READS: readonly Permission[] = [
  'fleet:read',
  'telemetry:read',
  'alerts:read',
  'rules:read',
  'models:read',
  'work-orders:read',
];

export const PERMITTED: Readonly<Record<Role, readonly Permission[]>> = {
  'support-engineer': [
    ...READS,
    'commands:write',
    'alerts:write',
    'rules:write',
    'models:write',
    'notifications:read',
    'work-orders:write',
    'quarantine:read',
    'system:read',
  ],
  'field-engineer': [
    'fleet:read',
    'telemetry:read',
    'commands:write',
    'alerts:read',
    'work-orders:read',
    'work-orders:write',
  ],
  planner: [...READS, 'work-orders:write', 'system:read'],
  controller: ['fleet:read', 'work-orders:read', 'costs:read', 'costs:write', 'costs:approve'],
  manager: [
    ...READS,
    'alerts:write',
    'rules:approve',
    'models:approve',
    'notifications:read',
    'notifications:write',
    'work-orders:write',
    'costs:read',
    'costs:approve',
    'system:read',
  ],
  auditor: [...READS, 'notifications:read', 'costs:read', 'quarantine:read', 'users:read', 'system:read'],
  administrator: PERMISSIONS,
};

/** `null` = everything; else only devices, jobs, alerts and costs of these regions / customers (both must match). */
export interface Scope {
  regions: readonly string[] | null;
  customers: readonly string[] | null;
}
export const EVERYTHING: Scope = { regions: null, customers: null };
/** What concerns everybody is open to whoever sees everything alone. */
export const seesEverything = ({ regions, customers }: Scope): boolean => regions === null && customers === null;

export interface Principal {
  userId: number;
  email: string;
  name: string;
  role: Role;
  scope: Scope;
  /** The engineer this person is. */
  engineer: string | null;
}

export const mayDo = (role: Role, permission: Permission): boolean => PERMITTED[role].includes(permission);

export const inScope = (scope: Scope, row: { region: string | null; customer: string | null }): boolean =>
  (scope.regions === null || (row.region !== null && scope.regions.includes(row.region))) &&
  (scope.customers === null || (row.customer !== null && scope.customers.includes(row.customer)));
