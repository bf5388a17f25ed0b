// A version, written or as it stands in the form, tried out on any month, a closed one too: who would carry more and who less
// than now. Nothing is changed by it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Dimension } from '../../../../contracts/costs.ts';
import type { NewAllocationCycle, Simulation } from '../../../../contracts/http/allocation.ts';
import { minorOf } from '../../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { useCommand } from '../../../state/use-command.ts';
import { dimensionLabel } from '../dimension-label.ts';
import { ByDimension } from './by-dimension.tsx';
import { FewRows } from './few-rows.tsx';
import { ProblemLines } from './problem-lines.tsx';
import { largestOf, ShiftBar } from './shift-bar.tsx';
import { FormMessage } from '../../../components/form-message.tsx';

interface TrialProps {
  cycle: NewAllocationCycle;
  /** Else the server knows nothing of it, and is sent all of it. */
  isWritten: boolean;
  period: string;
}

export function TrialPart({ cycle, isWritten, period }: TrialProps): VNode {
  const { api } = useApp();
  const words = useWords().allocation.trial;
  const format = useFormat();
  const command = useCommand();
  const [month, setMonth] = useState(period);
  const [by, setBy] = useState<Dimension>('product-line');
  const [tried, setTried] = useState<{ of: string; simulation: Simulation } | null>(null);
  // What was tried of other rules or another month says nothing of these.
  const of = JSON.stringify([cycle, month]);
  const run = (): void =>
    command.run(async (key) => {
      const simulation = isWritten
        ? await api.post<Simulation>(
            `/allocation/cycles/${encodeURIComponent(cycle.code)}/simulate`,
            { period: month, version: cycle.version, by },
            key,
          )
        : await api.post<Simulation>(`/allocation/cycles/simulate?period=${month}&by=${by}`, cycle, key);
      setTried({ of, simulation });
    });
  return (
    <div class="version-part">
      <h3>{words.title(month === '' ? '' : format.period(month))}</h3>
      <div class="line wrap">
        <label class="line">
          <span class="muted">{words.month}</span>
          <input class="input" type="month" value={month} onInput={(e) => setMonth(e.currentTarget.value)} />
        </label>
        <ByDimension value={by} onChange={setBy} />
        <button type="button" class="button" disabled={command.isBusy || month === ''} onClick={run}>
          {words.run}
        </button>
      </div>
      <p class="muted">{isWritten ? words.hint : words.unsavedHint}</p>
      <FormMessage text={command.problem} />
      {tried !== null && tried.of === of && <TrialTable tried={tried.simulation} />}
    </div>
  );
}

function TrialTable({ tried }: { tried: Simulation }): VNode {
  const words = useWords();
  const say = words.allocation.trial;
  const format = useFormat();
  const rows = tried.rows.map((row) => ({ ...row, minor: minorOf(row.difference) ?? 0n }));
  const most = largestOf(rows.map(({ minor }) => minor));
  return (
    <div role="status">
      <ProblemLines problems={tried.problems} />
      {most === 0n && <p class="muted">{say.same}</p>}
      {rows.length > 0 && (
        <FewRows rows={rows}>
          {(shown) => (
            <div class="scroll-x" tabIndex={0} role="region" aria-label={say.difference}>
              <table class="shift-table">
                <thead>
                  <tr>
                    <th scope="col">{words.terms.dimension[tried.by]}</th>
                    <th scope="col" class="number">
                      {say.before}
                    </th>
                    <th scope="col" class="number">
                      {say.after}
                    </th>
                    <th scope="col" class="number">
                      {say.difference}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map(({ key, label, before, after, minor }) => (
                    <tr key={key ?? ''}>
                      <th scope="row" class="pivot-name">
                        {dimensionLabel(tried.by, key, label, words, format)}
                      </th>
                      <td class="number">{format.money(before)}</td>
                      <td class="number">{format.money(after)}</td>
                      <td class="number">
                        <ShiftBar minor={minor} most={most} currency={tried.currency} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </FewRows>
      )}
    </div>
  );
}
