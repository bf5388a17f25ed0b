// What an estimate stands on, in one line; what it was borrowed from, and what nothing is known of.
import type { VNode } from 'preact';
import type { Basis } from '../../../contracts/http/contract-margins.ts';
import { useFormat, useWords } from '../../app-context.ts';

export function BasisNote({ basis }: { basis: Basis }): VNode {
  const words = useWords().contracts;
  const format = useFormat();
  const whole = (n: number): string => format.integer(n);
  return (
    <p class="contract-note">
      {words.basis(whole(basis.draws), whole(basis.jobs), whole(basis.ownJobs), whole(basis.failures))} ·{' '}
      {words.load(format.percent(basis.load.share))}
      {basis.borrowedFrom.length > 0 && <strong> · {words.borrowed(basis.borrowedFrom.join(', '))}</strong>}
      {basis.unknown.length > 0 && ` · ${words.unknown(basis.unknown.join(', '))}`}
    </p>
  );
}
