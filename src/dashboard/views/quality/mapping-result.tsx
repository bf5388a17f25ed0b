// What a mapping would make of the held payloads: how many it repairs, what remains, and some before and after.
import type { VNode } from 'preact';
import type { MappingPreview } from '../../../contracts/http/quarantine.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { useReasonName } from './use-reason-name.ts';

export function MappingResult({ preview }: { preview: MappingPreview }): VNode {
  const words = useWords().quarantine;
  const format = useFormat();
  const reasonName = useReasonName();
  const isWhole = preview.repaired === preview.tried;
  return (
    <div class="mapping-result" role="status">
      <p>
        <span class={isWhole ? 'tag is-good' : 'tag is-warm'}>
          {words.wouldRepair(format.integer(preview.repaired), format.integer(preview.tried))}
        </span>
      </p>
      {preview.remaining.length > 0 && (
        <p class="muted">
          {words.remains}:{' '}
          {preview.remaining.map((one) => `${reasonName(one.reason)} · ${format.integer(one.entries)}`).join(', ')}
        </p>
      )}
      <ul>
        {preview.examples.map((one) => (
          <li key={one.id}>
            <span class="muted">{words.before}</span>
            <code class="mono">{one.before}</code>
            <span class="muted">{words.after}</span>
            <code class="mono">{one.after}</code>
            {one.refusal !== null && (
              <span class="form-message" lang="en">
                {one.refusal}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
