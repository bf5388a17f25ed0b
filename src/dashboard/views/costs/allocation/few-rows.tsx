// The first rows of a long list, largest change first, and a way to the others.
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useFormat, useWords } from '../../../app-context.ts';

const FEW = 12;
/** More than this are not drawn. */
const MANY = 500;

interface FewRowsProps<T> {
  rows: readonly T[];
  children: (rows: readonly T[]) => ComponentChildren;
}
export function FewRows<T>({ rows, children }: FewRowsProps<T>): VNode {
  const words = useWords().allocation.trial;
  const format = useFormat();
  const [isAll, setAll] = useState(false);
  return (
    <>
      {children(rows.slice(0, isAll ? MANY : FEW))}
      {!isAll && rows.length > FEW && (
        <div class="more-rows">
          <button type="button" class="button" onClick={() => setAll(true)}>
            {words.all(format.integer(Math.min(rows.length, MANY)))}
          </button>
        </div>
      )}
    </>
  );
}
