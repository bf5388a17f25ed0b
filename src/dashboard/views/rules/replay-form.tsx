// Which time the time machine judges, and for a model what may follow from its prognoses; left empty it is the last year.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { MODEL_MODES, type ModelMode } from '../../../contracts/http/models.ts';
import type { NewReplay } from '../../../contracts/http/replays.ts';
import { useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';

/** A day as a date field has it, of this place. */
const dayOf = (at: Date): string =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');

const beginningOf = (day: string): Date => new Date(`${day}T00:00:00`);

/** The last day is judged whole; up to today is up to now. */
function endOf(day: string): string | null {
  const next = beginningOf(day);
  next.setDate(next.getDate() + 1);
  return next.getTime() > Date.now() && day === dayOf(new Date()) ? null : next.toISOString();
}

export interface ReplayFormProps {
  isModel: boolean;
  isBusy: boolean;
  hasRun: boolean;
  onStart: (replay: NewReplay) => void;
}

export function ReplayForm({ isModel, isBusy, hasRun, onStart }: ReplayFormProps): VNode {
  const all = useWords();
  const words = all.rules.replay;
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [mode, setMode] = useState<ModelMode | ''>('');
  const today = dayOf(new Date());
  const start = (event: Event): void => {
    event.preventDefault();
    const until = to === '' ? null : endOf(to);
    onStart({
      ...(from === '' ? {} : { from: beginningOf(from).toISOString() }),
      ...(until === null ? {} : { to: until }),
      ...(mode === '' ? {} : { mode }),
    });
  };
  return (
    <form class="replay-form" onSubmit={start}>
      <label class="field">
        <span class="field-label">{words.from}</span>
        <input type="date" max={today} value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="field-label">{words.to}</span>
        <input type="date" max={today} value={to} onInput={(event) => setTo(event.currentTarget.value)} />
      </label>
      {isModel && (
        <label class="field">
          <span class="field-label">{words.follows}</span>
          <Select<ModelMode | ''>
            value={mode}
            onChange={setMode}
            options={[
              { value: '', text: words.asItIs },
              ...MODEL_MODES.map((value) => ({ value, text: all.models.mode[value] })),
            ]}
          />
        </label>
      )}
      <button type="submit" class="button" disabled={isBusy}>
        <Icon name="clock" /> {hasRun ? words.again : words.start}
      </button>
      <span class="field-hint">{words.emptyDates}</span>
    </form>
  );
}
