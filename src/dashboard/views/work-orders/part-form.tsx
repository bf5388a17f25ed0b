// A part issued to the job or returned from it; starts with the part the proposed fix needs.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../../contracts/http/page.ts';
import type { Part } from '../../../contracts/http/registry.ts';
import type { NewPartUse } from '../../../contracts/http/work-orders.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { useResource } from '../../state/use-resource.ts';
import type { CaptureFormProps } from './capture-form-props.ts';
import { RecordButton } from './record-button.tsx';

const LIMIT = 500;

export function PartForm({ detail, command, onSend }: CaptureFormProps): VNode {
  const { api } = useApp();
  const { form } = useWords().workOrders;
  const format = useFormat();
  const parts = useResource('parts', (signal) => api.get<Page<Part>>('/parts', { limit: LIMIT }, signal));
  const [part, setPart] = useState(detail.proposal?.part?.code ?? '');
  const [quantity, setQuantity] = useState('1');
  const [serial, setSerial] = useState('');
  const [lot, setLot] = useState('');
  const chosen = parts.value?.items.find(({ code }) => code === part);
  const body = (): NewPartUse => ({
    part,
    quantity: Number(quantity),
    ...(serial === '' ? {} : { serial }),
    ...(lot === '' ? {} : { lot }),
  });
  return (
    <form
      class="capture-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body());
      }}
    >
      <Field label={form.part}>
        <span class="select">
          <select required value={part} onChange={(event) => setPart(event.currentTarget.value)}>
            <option value="">{form.choosePart}</option>
            {(parts.value?.items ?? []).map((one) => (
              <option key={one.code} value={one.code} selected={one.code === part}>
                {format.text(one.name)} · {format.money(one.unitCost)}
              </option>
            ))}
          </select>
        </span>
      </Field>
      <Field label={form.quantity} hint={form.quantityHint}>
        <input
          type="number"
          inputMode="numeric"
          step={1}
          required
          value={quantity}
          onInput={(event) => setQuantity(event.currentTarget.value)}
        />
      </Field>
      {chosen?.controlledBy !== 'lot' && (
        <Field label={form.serial}>
          <input
            maxLength={64}
            required={chosen?.controlledBy === 'serial'}
            value={serial}
            onInput={(event) => setSerial(event.currentTarget.value)}
          />
        </Field>
      )}
      {chosen?.controlledBy !== 'serial' && (
        <Field label={form.lot}>
          <input
            maxLength={64}
            required={chosen?.controlledBy === 'lot'}
            value={lot}
            onInput={(event) => setLot(event.currentTarget.value)}
          />
        </Field>
      )}
      <RecordButton command={command} />
    </form>
  );
}
