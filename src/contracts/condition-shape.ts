// Whether what was sent is a condition all the way down: one level is what the schema of the route looks at.
import { Check } from 'typebox/value';
import { childrenOf } from './condition-tree.ts';
import { type Condition, ConditionLevel, DEEPEST_CONDITION } from './rule-conditions.ts';

/** What is wrong with the shape, `null` when nothing is; the first mistake by its path. */
export function shapeFaultOf(condition: Condition, path = 'condition', level = 1): string | null {
  if (level > DEEPEST_CONDITION) return `${path}: at most ${DEEPEST_CONDITION} levels deep`;
  if (!Check(ConditionLevel, condition)) {
    const kind = (condition as { kind?: unknown } | null)?.kind;
    return `${path}: not a condition of kind ${String(kind)}; see the schema of this kind`;
  }
  const isList = condition.kind === 'all' || condition.kind === 'any';
  for (const [index, child] of childrenOf(condition).entries()) {
    const fault = shapeFaultOf(child, isList ? `${path}.of[${index}]` : `${path}.condition`, level + 1);
    if (fault !== null) return fault;
  }
  return null;
}
