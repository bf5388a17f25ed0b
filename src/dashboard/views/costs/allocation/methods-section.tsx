// The four methods on the rules in force: what everybody carries by each, and how much more or less than now.
import type { VNode } from 'preact';
import type { MethodComparison } from '../../../../contracts/http/allocation.ts';
import { minorOf, type Money } from '../../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Empty, Loaded } from '../../../components/state-views.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { useScope } from '../../../state/use-scope.ts';
import { dimensionLabel } from '../dimension-label.ts';
import { ByDimension, carrierOf } from './by-dimension.tsx';
import { FewRows } from './few-rows.tsx';
import { largestOf, ShiftBar } from './shift-bar.tsx';

const METHODS = ['direct', 'step-down', 'reciprocal', 'activity-based'] as const;
const minor = (money: Money | undefined): bigint => (money ? (minorOf(money) ?? 0n) : 0n);

interface MethodsProps {
  period: string;
  version: number;
  /** Without rules in force there is nothing to compare. */
  hasRules: boolean;
}

export function MethodsSection({ period, version, hasRules }: MethodsProps): VNode {
  const { api } = useApp();
  const words = useWords().allocation;
  const { query, setQuery } = useScope();
  const by = carrierOf(query['carrier']);
  const compared = useResource(
    hasRules ? `methods ${period} ${by} ${version}` : null,
    (signal) => api.get<MethodComparison>('/allocation/methods', { period, by }, signal),
    true,
  );
  return (
    <section class="section">
      <header class="section-head pivot-head">
        <h2>{words.methods.title}</h2>
        <span class="grow" />
        <ByDimension value={by} onChange={(next) => setQuery({ carrier: next })} />
      </header>
      {!hasRules ? (
        <Empty icon="table" title={words.methods.none} hint={words.methods.noneHint} />
      ) : (
        <Loaded resource={compared}>{(value) => <MethodTable value={value} />}</Loaded>
      )}
    </section>
  );
}

function MethodTable({ value }: { value: MethodComparison }): VNode {
  const words = useWords();
  const say = words.allocation;
  const format = useFormat();
  const shown = METHODS.filter((method) => !value.refused.some((one) => one.method === method));
  const others = shown.filter((method) => method !== value.inForce);
  const most = largestOf(value.rows.flatMap(({ differences }) => others.map((method) => minor(differences[method]))));
  return (
    <>
      <FewRows rows={value.rows}>
        {(rows) => (
          <div class="scroll-x" tabIndex={0} role="region" aria-label={say.methods.title}>
            <table class="shift-table">
              <thead>
                <tr>
                  <th scope="col">{words.terms.dimension[value.by]}</th>
                  <th scope="col" class="number" title={say.methodHint[value.inForce]}>
                    {say.method[value.inForce]} ({say.methods.inForce})
                  </th>
                  {others.map((method) => (
                    <th key={method} scope="col" class="number" title={say.methodHint[method]}>
                      {say.method[method]}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map(({ key, label, amounts, differences }) => (
                  <tr key={key ?? ''}>
                    <th scope="row" class="pivot-name">
                      {dimensionLabel(value.by, key, label, words, format)}
                    </th>
                    <td class="number">{amounts[value.inForce] && format.money(amounts[value.inForce] as Money)}</td>
                    {others.map((method) => (
                      <td key={method} class="number">
                        <span class="shift-cell">
                          <ShiftBar minor={minor(differences[method])} most={most} currency={value.currency} />
                          <span>{amounts[method] && format.money(amounts[method] as Money)}</span>
                        </span>
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </FewRows>
      {value.refused.map(({ method, reason }) => (
        <p key={method} class="pivot-note">
          {say.methods.refused(say.method[method], format.text(reason))}
        </p>
      ))}
    </>
  );
}
