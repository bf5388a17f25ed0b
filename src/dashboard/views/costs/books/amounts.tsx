// Amounts of several currencies side by side, as they cannot be added.
import type { VNode } from 'preact';
import type { Money } from '../../../../contracts/money.ts';
import { useFormat } from '../../../app-context.ts';

export function Amounts({ of }: { of: readonly Money[] }): VNode {
  const format = useFormat();
  return <>{of.length === 0 ? '–' : of.map((money) => format.moneyExact(money)).join(' · ')}</>;
}
