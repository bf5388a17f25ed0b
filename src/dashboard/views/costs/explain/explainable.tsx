// A screen whose amounts open: beside it stands the pane of the one that is open.
import type { ComponentChildren, VNode } from 'preact';
import { useScope } from '../../../state/use-scope.ts';
import { ExplainPane } from './explain-pane.tsx';

interface ExplainableProps {
  children: ComponentChildren;
  /** The region and customer on top do not narrow the numbers of this screen. */
  isWhole?: boolean;
}

export function Explainable({ children, isWhole = false }: ExplainableProps): VNode {
  const { query } = useScope();
  const cell = query['cell'];
  return (
    <div class={cell === undefined ? 'view' : 'view costs-view has-facts'}>
      <div class="costs-main stack">{children}</div>
      {cell !== undefined && <ExplainPane cell={cell} isWhole={isWhole} />}
    </div>
  );
}
