// The runs, newest first; each proves on demand that it conserves, and repeats from what it stored to the same hash.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AllocationRun, RunProof, RunRepeat } from '../../../../contracts/http/allocation.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Empty, Loaded } from '../../../components/state-views.tsx';
import { useCommand } from '../../../state/use-command.ts';
import { useResource } from '../../../state/use-resource.ts';
import { poolSums } from './pool-sums.ts';
import { FormMessage } from '../../../components/form-message.tsx';

const HASH_SHOWN = 16;

export function RunsSection({ runs }: { runs: readonly AllocationRun[] }): VNode {
  const words = useWords().allocation.runs;
  const format = useFormat();
  const [open, setOpen] = useState<number | null>(null);
  const stateOf = ({ status, supersededAt }: AllocationRun): string =>
    supersededAt === null ? words[status] : words.replaced;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
      </header>
      {runs.length === 0 && <Empty icon="table" title={words.empty} />}
      {runs.map((run) => (
        <div key={run.id} class="run-line">
          <div class="line wrap">
            <strong>{format.period(run.period)}</strong>
            <span class={run.status === 'final' ? 'tag is-good' : 'tag is-warm'}>{stateOf(run)}</span>
            <span class="muted">
              {run.cycle} · {format.integer(run.version)} · {words.computed} {format.dateTime(run.computedAt)}
            </span>
            <span class="grow" />
            <button
              type="button"
              class="button"
              aria-expanded={open === run.id}
              aria-label={`${words.prove} ${format.period(run.period)} ${run.id}`}
              onClick={() => setOpen(open === run.id ? null : run.id)}
            >
              {words.prove}
            </button>
          </div>
          {open === run.id && <Proof key={run.computedAt} id={run.id} />}
        </div>
      ))}
    </section>
  );
}

function Proof({ id }: { id: number }): VNode {
  const { api } = useApp();
  const words = useWords().allocation.runs;
  const format = useFormat();
  const proof = useResource(`run ${id}`, (signal) => api.get<RunProof>(`/allocation/runs/${id}`, {}, signal));
  return (
    <Loaded resource={proof}>
      {({ pools, totals, loops, hash }) => {
        const isWhole =
          poolSums(pools).every(({ minor }) => minor.difference === 0n) &&
          totals.every((total) => total.in.amount === total.out.amount);
        return (
          <div class="run-proof">
            <p>
              <span class={isWhole ? 'tag is-good' : 'tag is-bad'}>{isWhole ? words.conserves : words.broken}</span>
            </p>
            {totals.map((total) => (
              <p key={total.currency}>
                {words.in} {format.moneyExact(total.in)} · {words.out} {format.moneyExact(total.out)}
              </p>
            ))}
            {loops.length > 0 && (
              <p>
                {words.loops}: {loops.map((loop) => loop.join(' → ')).join('; ')}
              </p>
            )}
            <Repeat id={id} hash={hash} />
          </div>
        );
      }}
    </Loaded>
  );
}

function Repeat({ id, hash }: { id: number; hash: string }): VNode {
  const { api } = useApp();
  const words = useWords().allocation.runs;
  const command = useCommand();
  const [repeated, setRepeated] = useState<RunRepeat | null>(null);
  const repeat = (): void =>
    command.run(async (key) => setRepeated(await api.post<RunRepeat>(`/allocation/runs/${id}/repeat`, undefined, key)));
  return (
    <div class="line wrap">
      <button type="button" class="button" disabled={command.isBusy} onClick={repeat}>
        {words.repeat}
      </button>
      <span class="muted" title={hash}>
        {words.stored} <code>{hash.slice(0, HASH_SHOWN)}</code>
      </span>
      {repeated !== null && (
        <span role="status" title={repeated.repeatedHash}>
          {words.repeated} <code>{repeated.repeatedHash.slice(0, HASH_SHOWN)}</code>{' '}
          <span class={repeated.isSame ? 'tag is-good' : 'tag is-bad'}>
            {repeated.isSame ? words.same : words.other}
          </span>
        </span>
      )}
      <FormMessage text={command.problem} />
    </div>
  );
}
