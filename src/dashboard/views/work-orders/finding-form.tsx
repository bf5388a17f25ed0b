// The finding closes the loop: which failure it was, why, what helped, and whether the degradation was there at all.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Finding } from '../../../contracts/http/work-orders.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useResource } from '../../state/use-resource.ts';
import type { CaptureFormProps } from './capture-form-props.ts';
import { RecordButton } from './record-button.tsx';

type Confirmed = 'yes' | 'no' | 'unclear';
const wordOf = (confirmed: boolean | null): Confirmed => (confirmed === null ? 'unclear' : confirmed ? 'yes' : 'no');
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export function FindingForm({ detail, command, onSend }: CaptureFormProps): VNode {
  const { api } = useApp();
  const { form } = useWords().workOrders;
  const format = useFormat();
  const { workOrder, proposal } = detail;
  const product = useResource(`product ${workOrder.product.code}`, (signal) =>
    api.get<Product>(`/products/${workOrder.product.code}`, {}, signal),
  );
  const before = workOrder.finding;
  const [failureMode, setFailureMode] = useState(before?.failureMode ?? workOrder.failureMode?.code ?? '');
  const [cause, setCause] = useState(before?.cause ?? '');
  const [remedy, setRemedy] = useState(before?.remedy ?? (proposal === null ? '' : format.text(proposal.remedy)));
  const [confirmed, setConfirmed] = useState<Confirmed>(before === null ? 'yes' : wordOf(before.confirmed));
  const [note, setNote] = useState(before?.note ?? '');
  const body = (): Finding => ({
    failureMode: orNull(failureMode),
    cause: orNull(cause),
    remedy: orNull(remedy),
    confirmed: confirmed === 'unclear' ? null : confirmed === 'yes',
    note: orNull(note),
  });
  return (
    <form
      class="capture-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body());
      }}
    >
      <div class="field is-whole">
        <span class="field-label">{form.confirmed}</span>
        <Segmented
          label={form.confirmed}
          value={confirmed}
          options={(['yes', 'no', 'unclear'] as const).map((value) => ({ value, text: form[value] }))}
          onChange={setConfirmed}
        />
      </div>
      <Field label={form.failureMode}>
        <span class="select">
          <select value={failureMode} onChange={(event) => setFailureMode(event.currentTarget.value)}>
            <option value="">–</option>
            {(product.value?.components ?? []).map((component) => (
              <optgroup key={component.code} label={format.text(component.name)}>
                {component.failureModes.map((mode) => (
                  <option key={mode.code} value={mode.code} selected={mode.code === failureMode}>
                    {format.text(mode.name)}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </span>
      </Field>
      <Field label={form.cause}>
        <input maxLength={200} value={cause} onInput={(event) => setCause(event.currentTarget.value)} />
      </Field>
      <Field label={form.remedy}>
        <input maxLength={200} value={remedy} onInput={(event) => setRemedy(event.currentTarget.value)} />
      </Field>
      <Field label={form.note}>
        <textarea maxLength={2000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </Field>
      <RecordButton command={command} />
    </form>
  );
}
