// A change as a bar from a middle line: to the right who carries more, to the left who carries less, with the amount beside it.
import type { VNode } from 'preact';
import { moneyOf } from '../../../../contracts/money.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { MINUS, NOTHING } from '../../../format/format.ts';

interface ShiftProps {
  minor: bigint;
  /** The largest change on show, which fills its half. */
  most: bigint;
  currency: string;
}

const sizeOf = (minor: bigint): bigint => (minor < 0n ? -minor : minor);
export const largestOf = (changes: readonly bigint[]): bigint =>
  changes.reduce((most, minor) => (sizeOf(minor) > most ? sizeOf(minor) : most), 0n);

export function ShiftBar({ minor, most, currency }: ShiftProps): VNode {
  const words = useWords().allocation.methods;
  const format = useFormat();
  const amount = format.moneyShort(moneyOf(sizeOf(minor), currency));
  if (minor === 0n) return <span class="muted">{NOTHING}</span>;
  const isMore = minor > 0n;
  const share = most === 0n ? 0 : Number((sizeOf(minor) * 1000n) / most) / 10;
  return (
    <span class="shift" title={isMore ? words.more(amount) : words.less(amount)}>
      <span class="shift-track" aria-hidden="true">
        <span
          class={isMore ? 'shift-bar is-more' : 'shift-bar is-less'}
          style={{ width: `${Math.max(share / 2, 0.5)}%` }}
        />
      </span>
      <span class="shift-amount">
        {isMore ? '+' : MINUS}
        {amount}
      </span>
    </span>
  );
}
