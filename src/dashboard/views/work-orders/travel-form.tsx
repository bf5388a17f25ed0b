// Travel: who, when, how long, how far, and a fare if one was paid.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { NewTravel } from '../../../contracts/http/work-orders.ts';
import { useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import type { CaptureFormProps } from './capture-form-props.ts';
import { currencyOf } from './charge-form.tsx';
import { EngineerSelect } from './engineer-select.tsx';
import { useDefaultEngineer } from './use-default-engineer.ts';
import { isoOfLocal, localOf } from './local-time.ts';
import { RecordButton } from './record-button.tsx';

export function TravelForm({ detail, command, onSend }: CaptureFormProps): VNode {
  const { form } = useWords().workOrders;
  const { workOrder } = detail;
  const [engineer, setEngineer] = useState(useDefaultEngineer(workOrder));
  const [at, setAt] = useState(localOf(new Date()));
  const [minutes, setMinutes] = useState('');
  const [distance, setDistance] = useState('');
  const [fare, setFare] = useState('');
  const body = (): NewTravel => ({
    engineer,
    at: isoOfLocal(at),
    minutes: Number(minutes),
    distanceKm: Number(distance),
    ...(fare === '' ? {} : { fare: { amount: fare, currency: currencyOf(detail) } }),
  });
  return (
    <form
      class="capture-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSend(body());
      }}
    >
      <EngineerSelect value={engineer} station={workOrder.station.code} onChange={setEngineer} />
      <Field label={form.at}>
        <input type="datetime-local" required value={at} onInput={(event) => setAt(event.currentTarget.value)} />
      </Field>
      <Field label={form.minutes}>
        <input
          type="number"
          inputMode="numeric"
          min={0}
          step={1}
          required
          value={minutes}
          onInput={(event) => setMinutes(event.currentTarget.value)}
        />
      </Field>
      <Field label={form.distance}>
        <input
          type="number"
          inputMode="decimal"
          min={0}
          step="any"
          required
          value={distance}
          onInput={(event) => setDistance(event.currentTarget.value)}
        />
      </Field>
      <Field label={`${form.fare}, ${currencyOf(detail)}`}>
        <input
          inputMode="decimal"
          pattern="\d{1,9}(\.\d{1,2})?"
          value={fare}
          onInput={(event) => setFare(event.currentTarget.value)}
        />
      </Field>
      <RecordButton command={command} />
    </form>
  );
}
