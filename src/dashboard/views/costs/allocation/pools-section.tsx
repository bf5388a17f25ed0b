// What each pool had of its own this month, what came from other pools and went to them, what was placed, and what stayed.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Pool, RunProof, UnallocatedPool } from '../../../../contracts/http/allocation.ts';
import { moneyOf } from '../../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field } from '../../../components/field.tsx';
import { Empty } from '../../../components/state-views.tsx';
import { NOTHING } from '../../../format/format.ts';
import { useCommand } from '../../../state/use-command.ts';
import { type Part, PARTS, type PoolSum, poolSums } from './pool-sums.ts';
import { FormMessage } from '../../../components/form-message.tsx';

interface PoolsProps {
  pools: readonly Pool[];
  proof: RunProof | null;
  unallocated: readonly UnallocatedPool[];
  onChanged: () => void;
}

export function PoolsSection({ pools, proof, unallocated, onChanged }: PoolsProps): VNode {
  const { session } = useApp();
  const words = useWords().allocation.pools;
  const format = useFormat();
  const [isCreating, setCreating] = useState(false);
  const sums = poolSums(proof?.pools ?? []);
  const idle = pools.filter(({ code }) => !sums.some(({ pool }) => pool === code)).length;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
        {sums.length > 0 && idle > 0 && <span class="muted">{words.nothing(format.integer(idle))}</span>}
        <span class="grow" />
        {session.can('costs:write') && (
          <button
            type="button"
            class="button"
            aria-expanded={isCreating}
            onClick={() => setCreating((before) => !before)}
          >
            {words.create}
          </button>
        )}
      </header>
      {isCreating && (
        <PoolForm
          onDone={() => {
            setCreating(false);
            onChanged();
          }}
        />
      )}
      <Unallocated pools={unallocated} />
      {sums.length === 0 && unallocated.length === 0 ? (
        <Empty icon="costs" title={words.empty} hint={words.emptyHint} />
      ) : (
        sums.length > 0 && <PoolTable sums={sums} />
      )}
    </section>
  );
}

/** Cost that nobody carries, with the reason and what to do; a loop by its pools. */
function Unallocated({ pools }: { pools: readonly UnallocatedPool[] }): VNode | null {
  const words = useWords().allocation.pools;
  const format = useFormat();
  if (pools.length === 0) return null;
  return (
    <ul class="section-body problem-list" aria-label={words.unallocated}>
      {pools.map(({ pool, label, amount, why, detail }) => (
        <li key={`${pool} ${amount.currency}`}>
          <span class={why === 'on-its-way' ? 'tag' : 'tag is-warm'}>{words.unallocated}</span>{' '}
          <strong>{format.text(label)}</strong> <span class="number">{format.moneyExact(amount)}</span> ·{' '}
          {format.text(detail)}
        </li>
      ))}
    </ul>
  );
}

function PoolTable({ sums }: { sums: readonly PoolSum[] }): VNode {
  const words = useWords().allocation.pools;
  const format = useFormat();
  // Columns nobody has anything in say nothing; the difference is the proof and always stands.
  const parts = PARTS.filter((part) => part === 'difference' || sums.some(({ minor }) => minor[part] !== 0n));
  const currencies = [...new Set(sums.map(({ currency }) => currency))];
  const total = (part: Part, currency: string): bigint =>
    sums.reduce((sum, each) => (each.currency === currency ? sum + each.minor[part] : sum), 0n);
  const show = (part: Part, minor: bigint, currency: string): string =>
    minor === 0n && part !== 'difference' ? NOTHING : format.moneyExact(moneyOf(minor, currency));
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.pool}</th>
            {parts.map((part) => (
              <th key={part} scope="col" class="number">
                {words[part]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sums.map(({ pool, label, currency, minor }) => (
            <tr key={`${currency} ${pool}`}>
              <th scope="row" class="pivot-name">
                {format.text(label)}
              </th>
              {parts.map((part) => (
                <td key={part} class={toneOf(part, minor[part])}>
                  {show(part, minor[part], currency)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          {currencies.map((currency) => (
            <tr key={currency}>
              <th scope="row">{currency}</th>
              {parts.map((part) => (
                <td key={part} class="number">
                  {show(part, total(part, currency), currency)}
                </td>
              ))}
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}

/** What stands in the way is coloured: cost that nobody carries, and a difference, which must not be. */
const toneOf = (part: Part, minor: bigint): string =>
  minor !== 0n && (part === 'difference' || part === 'unallocated') ? 'number is-lacking' : 'number';

function PoolForm({ onDone }: { onDone: () => void }): VNode {
  const { api } = useApp();
  const words = useWords().allocation.pools;
  const command = useCommand();
  const [code, setCode] = useState('');
  const [zh, setZh] = useState('');
  const [en, setEn] = useState('');
  const isWhole = code.trim() !== '' && zh.trim() !== '' && en.trim() !== '';
  const save = (): void =>
    command.run(async (key) => {
      await api.post('/allocation/pools', { code: code.trim(), name: { zh: zh.trim(), en: en.trim() } }, key);
      onDone();
    });
  return (
    <div class="section-body allocation-form">
      <Field label={words.code}>
        <input class="input" value={code} maxLength={64} onInput={(e) => setCode(e.currentTarget.value)} />
      </Field>
      <Field label={words.nameZh}>
        <input class="input" value={zh} maxLength={200} onInput={(e) => setZh(e.currentTarget.value)} />
      </Field>
      <Field label={words.nameEn}>
        <input class="input" value={en} maxLength={200} onInput={(e) => setEn(e.currentTarget.value)} />
      </Field>
      <button type="button" class="button primary" disabled={!isWhole || command.isBusy} onClick={save}>
        {words.create}
      </button>
      <FormMessage text={command.problem} />
    </div>
  );
}
