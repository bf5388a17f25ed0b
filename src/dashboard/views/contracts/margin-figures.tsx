// The figures of a contract that a list tells: margin to date with its share, and what it is likely to end at.
import type { VNode } from 'preact';
import type { ContractMargin } from '../../../contracts/http/contract-margins.ts';
import { minorOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';

export function MarginToDate({ row: { toDate } }: { row: ContractMargin }): VNode {
  const format = useFormat();
  const isLoss = (minorOf(toDate.margin) ?? 0n) < 0n;
  return (
    <span class={isLoss ? 'contract-share is-loss' : 'contract-share'}>
      {toDate.share === null ? NOTHING : format.shareOf(toDate.share)}
      <span class="contract-sub">{format.money(toDate.margin)}</span>
    </span>
  );
}

export function MarginToEnd({ row: { toEnd } }: { row: ContractMargin }): VNode {
  const words = useWords().contracts;
  const format = useFormat();
  if (toEnd === null)
    return (
      <span class="muted" title={words.noEstimateHint}>
        {words.noEstimate}
      </span>
    );
  const { p10, p50, p90 } = toEnd.margin;
  return (
    <>
      {format.money(p50)}
      <span class="contract-sub">
        {words.range(format.moneyShort(p10), format.moneyShort(p90))} · n = {format.integer(toEnd.basis.jobs)}
      </span>
    </>
  );
}
