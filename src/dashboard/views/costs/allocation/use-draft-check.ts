// What the server says of a version while it is written: asked again a moment after the last change.
import { useEffect, useState } from 'preact/hooks';
import type { CycleProblem, CycleValidation, NewAllocationCycle } from '../../../../contracts/http/allocation.ts';
import { useApp } from '../../../app-context.ts';
import { idempotencyKey } from '../../../state/idempotency-key.ts';

const SETTLED_MS = 400;

export interface DraftCheck {
  problems: readonly CycleProblem[];
  /** The server's refusal of what cannot even be read as a version, in words. */
  refusal: string | null;
  isChecking: boolean;
}

export function useDraftCheck(cycle: NewAllocationCycle | null, period: string): DraftCheck {
  const { api } = useApp();
  const text = cycle === null ? null : JSON.stringify(cycle);
  const [checked, setChecked] = useState<DraftCheck & { text: string | null }>({
    text: null,
    problems: [],
    refusal: null,
    isChecking: false,
  });
  useEffect(() => {
    if (text === null) return undefined;
    let isGone = false;
    const told = (problems: readonly CycleProblem[], refusal: string | null): void => {
      if (!isGone) setChecked({ text, problems, refusal, isChecking: false });
    };
    const timer = setTimeout(() => {
      api
        .post<CycleValidation>(`/allocation/cycles/problems?period=${period}`, JSON.parse(text), idempotencyKey())
        .then(({ problems }) => told(problems, null))
        .catch((error: Error) => told([], error.message));
    }, SETTLED_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [text, period]);
  return { ...checked, isChecking: text !== null && checked.text !== text };
}
