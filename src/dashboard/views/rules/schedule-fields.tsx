// When the rule may speak, from when it counts, and why it is written.
import type { VNode } from 'preact';
import { useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { defaultSchedule, type RuleDraft } from './rule-draft.ts';

interface ScheduleFieldsProps {
  draft: RuleDraft;
  set: (part: Partial<RuleDraft>) => void;
}

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function ScheduleFields({ draft, set }: ScheduleFieldsProps): VNode {
  const words = useWords().rules.form;
  const { schedule } = draft;
  const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <div class="rule-fields">
      <Field label={words.when}>
        <Select
          value={schedule === null ? 'always' : 'scheduled'}
          options={[
            { value: 'always', text: words.always },
            { value: 'scheduled', text: words.scheduled },
          ]}
          onChange={(value) => set({ schedule: value === 'always' ? null : defaultSchedule(zone()) })}
        />
      </Field>
      {schedule !== null && (
        <>
          <div class="field rule-days" role="group" aria-label={words.days}>
            <span class="field-label">{words.days}</span>
            <span class="segmented">
              {DAYS.map((day) => (
                <button
                  key={day}
                  type="button"
                  aria-pressed={schedule.days.includes(day)}
                  onClick={() => set({ schedule: { ...schedule, days: toggled(schedule.days, day) } })}
                >
                  {words.day[day]}
                </button>
              ))}
            </span>
          </div>
          <TimeField
            label={words.from}
            value={schedule.from}
            onChange={(from) => set({ schedule: { ...schedule, from } })}
          />
          <TimeField label={words.to} value={schedule.to} onChange={(to) => set({ schedule: { ...schedule, to } })} />
          <Field label={words.timeZone}>
            <input
              class="input"
              value={schedule.timeZone}
              onInput={(event) => set({ schedule: { ...schedule, timeZone: event.currentTarget.value } })}
            />
          </Field>
        </>
      )}
      <Field label={words.effective}>
        <input
          class="input"
          type="datetime-local"
          value={draft.effective}
          onInput={(event) => set({ effective: event.currentTarget.value })}
        />
      </Field>
      <Field label={words.why}>
        <input
          class="input"
          value={draft.why}
          maxLength={2000}
          onInput={(event) => set({ why: event.currentTarget.value })}
        />
      </Field>
    </div>
  );
}

const TimeField = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}): VNode => (
  <Field label={label}>
    <input class="input" type="time" value={value} onInput={(event) => onChange(event.currentTarget.value)} />
  </Field>
);

/** One day at least stays. */
const toggled = (days: readonly number[], day: number): number[] => {
  const next = days.includes(day) ? days.filter((one) => one !== day) : [...days, day].sort((a, b) => a - b);
  return next.length === 0 ? [...days] : next;
};
