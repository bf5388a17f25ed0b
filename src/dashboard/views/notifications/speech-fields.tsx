// Language, time zone and quiet hours, of a person or of a webhook.
import type { VNode } from 'preact';
import type { Preference } from '../../../contracts/http/notifications.ts';
import type { Language } from '../../../contracts/text.ts';
import { useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';

export type Speech = Pick<Preference, 'language' | 'timeZone' | 'quietHours'>;

/** What a person most likely wants: what the browser says. */
export const ownSpeech = (language: Language): Speech => ({
  language,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  quietHours: null,
});

const NIGHT = { from: '22:00', to: '07:00' };

export function SpeechFields({ speech, onChange }: { speech: Speech; onChange: (speech: Speech) => void }): VNode {
  const words = useWords().notifications.mine;
  const { language, timeZone, quietHours } = speech;
  const zones = [...new Set([timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
  return (
    <>
      <Field label={words.language}>
        <Select
          value={language}
          options={[
            { value: 'zh', text: words.chinese },
            { value: 'en', text: words.english },
          ]}
          onChange={(next) => onChange({ ...speech, language: next })}
        />
      </Field>
      <Field label={words.timeZone}>
        <Select
          value={timeZone}
          options={zones.map((value) => ({ value, text: value }))}
          onChange={(next) => onChange({ ...speech, timeZone: next })}
        />
      </Field>
      <div class="field">
        <label class="check">
          <input
            type="checkbox"
            checked={quietHours !== null}
            onChange={(event) => onChange({ ...speech, quietHours: event.currentTarget.checked ? NIGHT : null })}
          />
          {words.quiet}
        </label>
        {quietHours !== null && (
          <div class="line">
            {(['from', 'to'] as const).map((end) => (
              <input
                key={end}
                type="time"
                required
                aria-label={words[end]}
                value={quietHours[end]}
                onInput={(event) =>
                  onChange({ ...speech, quietHours: { ...quietHours, [end]: event.currentTarget.value } })
                }
              />
            ))}
          </div>
        )}
        <span class="field-hint">{words.quietHint}</span>
      </div>
    </>
  );
}
