// A span of work: who, from when to when, what kind. Starts with the hours the proposed fix takes, ending now.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { NewLabour } from '../../../contracts/http/work-orders.ts';
import { HOUR_MS } from '../../../contracts/time.ts';
import { useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import type { CaptureFormProps } from './capture-form-props.ts';
import { EngineerSelect } from './engineer-select.tsx';
import { useDefaultEngineer } from './use-default-engineer.ts';
import { isoOfLocal, localOf } from './local-time.ts';
import { RecordButton } from './record-button.tsx';

type Category = NewLabour['category'];

export function LabourForm({ detail, command, onSend }: CaptureFormProps): VNode {
  const words = useWords();
  const { form } = words.workOrders;
  const { workOrder, proposal } = detail;
  const [engineer, setEngineer] = useState(useDefaultEngineer(workOrder));
  const [from, setFrom] = useState(localOf(new Date(Date.now() - (proposal?.labourHours ?? 1) * HOUR_MS)));
  const [to, setTo] = useState(localOf(new Date()));
  const [category, setCategory] = useState<Category>(workOrder.serviceType === 'remote' ? 'remote' : 'repair');
  const body = (): NewLabour => ({ engineer, from: isoOfLocal(from), to: isoOfLocal(to), category });
  return (
    <form
      class="capture-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body());
      }}
    >
      <EngineerSelect value={engineer} station={workOrder.station.code} onChange={setEngineer} />
      <Field label={form.category}>
        <Select
          value={category}
          options={(Object.keys(words.terms.labourCategory) as Category[]).map((value) => ({
            value,
            text: words.terms.labourCategory[value],
          }))}
          onChange={setCategory}
        />
      </Field>
      <Field label={form.from}>
        <input type="datetime-local" required value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
      </Field>
      <Field label={form.to}>
        <input
          type="datetime-local"
          required
          min={from}
          value={to}
          onInput={(event) => setTo(event.currentTarget.value)}
        />
      </Field>
      <RecordButton command={command} />
    </form>
  );
}
