// The versions of the rules: which is in force in the month, which are drafts; each opens to what it says and what it would do.
// Drafts that were withdrawn are on record below them.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { AllocationCycle, Pool, PoolProof } from '../../../../contracts/http/allocation.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Empty } from '../../../components/state-views.tsx';
import { DraftForm } from './draft-form.tsx';
import { inForceIn } from './in-force.ts';
import { VersionDetail } from './version-detail.tsx';
import { WithdrawnDrafts } from './withdrawn-drafts.tsx';

interface RulesProps {
  cycles: readonly AllocationCycle[];
  pools: readonly Pool[];
  /** What the pools hold in the month. */
  proofs: readonly PoolProof[];
  period: string;
  onChanged: () => void;
}
type State = 'inForce' | 'draft' | 'later' | 'replaced';
/** Of a version in a month: what is in force later waits for its first month. */
const stateOf = (cycle: AllocationCycle, inForce: AllocationCycle | undefined, period: string): State => {
  if (cycle === inForce) return 'inForce';
  if (cycle.activatedBy === null) return 'draft';
  return cycle.effectiveFrom > period ? 'later' : 'replaced';
};
const keyOf = ({ code, version }: AllocationCycle): string => `${code} ${version}`;

export function RulesSection({ cycles, pools, proofs, period, onChanged }: RulesProps): VNode {
  const { session } = useApp();
  const words = useWords().allocation.rules;
  const canWrite = session.can('costs:write');
  const inForce = inForceIn(cycles, period);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isWriting, setWriting] = useState(false);
  // A draft written since waits for somebody; else what holds is of interest.
  const isWaiting = ({ activatedBy, createdAt }: AllocationCycle): boolean =>
    activatedBy === null && createdAt > (inForce?.activatedAt ?? '');
  const offered = cycles.filter(({ withdrawnBy }) => withdrawnBy === null);
  const first = offered.find(isWaiting) ?? inForce ?? offered[0];
  const open = offered.find((cycle) => keyOf(cycle) === chosen) ?? first;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="grow" />
        {canWrite && (open || pools.length > 0) && (
          <button
            type="button"
            class="button"
            aria-expanded={isWriting}
            onClick={() => setWriting((before) => !before)}
          >
            {open ? words.write : words.writeFirst}
          </button>
        )}
      </header>
      {isWriting && (
        <DraftForm
          key={open ? keyOf(open) : ''}
          base={open ?? null}
          version={Math.max(0, ...cycles.filter(({ code }) => code === open?.code).map(({ version }) => version)) + 1}
          pools={pools}
          proofs={proofs}
          period={period}
          onDone={(saved) => {
            setWriting(false);
            if (saved) setChosen(keyOf(saved));
            onChanged();
          }}
        />
      )}
      {!open && !isWriting && (
        <Empty icon="table" title={words.empty} hint={pools.length === 0 ? words.emptyNoPools : words.emptyHint} />
      )}
      {open && (
        <div class="rules-columns">
          <ul class="rule-list">
            {offered.map((cycle) => (
              <li key={keyOf(cycle)}>
                <VersionLine
                  cycle={cycle}
                  isOpen={cycle === open}
                  state={stateOf(cycle, inForce, period)}
                  onOpen={() => setChosen(keyOf(cycle))}
                />
              </li>
            ))}
          </ul>
          <VersionDetail
            key={keyOf(open)}
            cycle={open}
            pools={pools}
            period={period}
            onChanged={() => {
              // What was put in force stays on show, whatever other draft waits.
              setChosen(keyOf(open));
              onChanged();
            }}
          />
        </div>
      )}
      <WithdrawnDrafts cycles={cycles.filter(({ withdrawnBy }) => withdrawnBy !== null)} />
    </section>
  );
}

interface LineProps {
  cycle: AllocationCycle;
  isOpen: boolean;
  state: State;
  onOpen: () => void;
}
const TONES = { inForce: 'tag is-good', draft: 'tag is-warm', later: 'tag is-accent', replaced: 'tag' };

function VersionLine({ cycle, isOpen, state, onOpen }: LineProps): VNode {
  const words = useWords().allocation;
  const format = useFormat();
  const { effectiveFrom: from, effectiveTo: to } = cycle;
  return (
    <button
      type="button"
      class={isOpen ? 'rule-line version-line is-chosen' : 'rule-line version-line'}
      aria-pressed={isOpen}
      onClick={onOpen}
    >
      <span class="line">
        <strong class="clip">
          {cycle.code} · {words.rules.version(format.integer(cycle.version))}
        </strong>
        <span class="grow" />
        <span class={TONES[state]}>{words.rules[state]}</span>
      </span>
      <span class="muted">
        {words.method[cycle.method]} · {words.rules.valid(format.period(from), to == null ? null : format.period(to))}
      </span>
    </button>
  );
}
