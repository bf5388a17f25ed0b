// Why cost stays in a pool: no rules, no segment, a loop without exit, a driver nobody moved, or not looked at yet; each with
// what to do about it. Pure.
import type { AllocationMethod, AllocationSegment, Driver, WhyUnallocated } from '../../contracts/http/allocation.ts';
import type { Text } from '../../contracts/text.ts';
import { isTimeDriven } from './cycle-network.ts';

export type DriverName = (driver: Driver) => Text;

export interface Kept {
  pool: string;
  /** False: something was posted to it since the run looked. */
  isKeptByRun: boolean;
}

export interface RulesOfRun {
  method: AllocationMethod;
  segments: readonly AllocationSegment[];
  loops: readonly (readonly string[])[];
}

export interface Reason {
  why: WhyUnallocated;
  /** The pools that serve only each other, in their order; empty where that is not the reason. */
  loop: string[];
  detail: Text;
}

const reason = (why: WhyUnallocated, en: string, zh: string, loop: readonly string[] = []): Reason => ({
  why,
  loop: [...loop],
  detail: { en, zh },
});

export function whyUnallocated({ pool, isKeptByRun }: Kept, rules: RulesOfRun | null, nameOf: DriverName): Reason {
  if (rules === null)
    return reason(
      'no-rules',
      'No rules are in force in the month; put a version in force',
      '本月没有生效的分摊规则，请先批准一版规则',
    );
  if (!isKeptByRun)
    return reason('on-its-way', 'Posted a moment ago; it is shared out within a second', '刚刚过账，将在一秒内分摊');
  const loop = rules.loops.find((pools) => pools.includes(pool));
  if (loop) return looping(loop);
  const segment = rules.segments.find((one) => one.pool === pool);
  if (!segment)
    return reason(
      'no-segment',
      'The rules have no segment for this pool; add one in the next version',
      '规则中没有该成本池的分摊段，请在下一版中补上',
    );
  return isTimeDriven(segment, rules.method) || segment.driver === undefined
    ? reason('nobody-receives', 'Nobody takes the rest of this pool; name its driver', '余额无人承担，请指定动因')
    : zeroDriver(nameOf(segment.driver), segment.filter !== undefined);
}

function looping(loop: readonly string[]): Reason {
  const named = [...loop, loop[0]].join(' → ');
  return reason(
    'loop',
    `Pools that serve only each other: ${named}; give one of them a driver or a lower share`,
    `这些成本池只互相服务，没有出口：${named}；请为其中之一指定动因或调低比例`,
    loop,
  );
}

const zeroDriver = (name: Text, isFiltered: boolean): Reason =>
  reason(
    'zero-driver',
    `${isFiltered ? 'None of the receivers it may go to' : 'Nobody'} moved its driver: ${name.en.toLowerCase()}`,
    `${isFiltered ? '筛选范围内' : ''}动因“${name.zh}”为零，无人承担`,
  );
