// A version of the rules while it is written: as the form holds it, and as it is sent. Nothing here asks or tells the server.
import type {
  AllocationCycle,
  AllocationMethod,
  AllocationSegment,
  NewAllocationCycle,
  Pool,
} from '../../../../contracts/http/allocation.ts';

export interface Draft {
  code: string;
  version: number;
  method: AllocationMethod;
  from: string;
  /** Empty: until the next version. */
  to: string;
  /** Step-down: what closes first, as it is typed. */
  order: string;
  /** One for each pool, said anything or not. */
  segments: readonly AllocationSegment[];
}

/** The first cycle of an instance, until somebody names it otherwise. */
const FIRST_CODE = 'shared-cost';

interface DraftBase {
  base: AllocationCycle | null;
  version: number;
  pools: readonly Pool[];
  period: string;
}

export function draftOf({ base, version, pools, period }: DraftBase): Draft {
  const said = base?.segments ?? [];
  const missing = pools.filter(({ code }) => !said.some(({ pool }) => pool === code));
  return {
    code: base?.code ?? FIRST_CODE,
    version,
    method: base?.method ?? 'direct',
    from: base && base.effectiveFrom > period ? base.effectiveFrom : period,
    to: '',
    order: (base?.closeFirst ?? []).join(', '),
    segments: [...said, ...missing.map(({ code }) => ({ pool: code }))],
  };
}

const listOf = (text: string): string[] => text.split(/[\s,，、→]+/).filter(Boolean);
const isSaid = ({ driver, services = [], activities = [] }: AllocationSegment): boolean =>
  driver !== undefined || services.length > 0 || activities.length > 0;

/** Lists that were emptied are left out, as if they had never been there. */
function whole({ services = [], activities = [], filter = {}, ...rest }: AllocationSegment): AllocationSegment {
  const isFiltered = Object.keys(filter).length > 0;
  return {
    ...rest,
    ...(isFiltered ? { filter } : {}),
    ...(services.length > 0 ? { services } : {}),
    ...(activities.length > 0 ? { activities } : {}),
  };
}

/** `null` while there is nothing to send: no month, or no pool that says anything. */
export function cycleOf({ code, version, method, from, to, order, segments }: Draft): NewAllocationCycle | null {
  const said = segments.filter(isSaid).map(whole);
  if (from === '' || code.trim() === '' || said.length === 0) return null;
  return {
    code: code.trim(),
    version,
    method,
    effectiveFrom: from,
    ...(to === '' ? {} : { effectiveTo: to }),
    ...(method === 'step-down' ? { closeFirst: listOf(order) } : {}),
    segments: said,
  };
}
