// A charge from outside: freight, subcontract, remote service or a penalty for downtime.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { NewCharge, WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import { useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import type { CaptureFormProps } from './capture-form-props.ts';
import { RecordButton } from './record-button.tsx';

const ELEMENTS = [
  'freight',
  'subcontract',
  'remote',
  'downtime-penalty',
] as const satisfies readonly NewCharge['element'][];
const HOME_CURRENCY = 'CNY';

/** Charges follow the currency the job is already booked in. */
export const currencyOf = ({ costByElement }: WorkOrderDetail): string =>
  costByElement[0]?.amount.currency ?? HOME_CURRENCY;

export function ChargeForm({ detail, command, onSend }: CaptureFormProps): VNode {
  const words = useWords();
  const { form } = words.workOrders;
  const [element, setElement] = useState<NewCharge['element']>('freight');
  const [amount, setAmount] = useState('');
  const [note, setNote] = useState('');
  const currency = currencyOf(detail);
  const body = (): NewCharge => ({ element, amount: { amount, currency }, ...(note === '' ? {} : { note }) });
  return (
    <form
      class="capture-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body());
      }}
    >
      <Field label={form.element}>
        <Select
          value={element}
          options={ELEMENTS.map((value) => ({ value, text: words.terms.element[value] }))}
          onChange={setElement}
        />
      </Field>
      <Field label={`${form.amount}, ${currency}`}>
        <input
          required
          inputMode="decimal"
          pattern="-?\d{1,12}(\.\d{1,2})?"
          value={amount}
          onInput={(event) => setAmount(event.currentTarget.value)}
        />
      </Field>
      <Field label={form.note}>
        <input maxLength={500} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </Field>
      <RecordButton command={command} />
    </form>
  );
}
