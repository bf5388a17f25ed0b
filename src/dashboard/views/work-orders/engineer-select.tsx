// Choosing an engineer: those of the job's station first.
import type { VNode } from 'preact';
import type { Page } from '../../../contracts/http/page.ts';
import type { Engineer } from '../../../contracts/http/registry.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { useResource } from '../../state/use-resource.ts';

interface EngineerSelectProps {
  value: string;
  station: string;
  onChange: (code: string) => void;
}
const LIMIT = 500;

export function EngineerSelect({ value, station, onChange }: EngineerSelectProps): VNode {
  const { api } = useApp();
  const { form } = useWords().workOrders;
  const format = useFormat();
  const engineers = useResource('engineers', (signal) =>
    api.get<Page<Engineer>>('/engineers', { limit: LIMIT }, signal),
  );
  const sorted = [...(engineers.value?.items ?? [])].sort(
    (a, b) => Number(b.station === station) - Number(a.station === station) || a.code.localeCompare(b.code),
  );
  return (
    <Field label={form.engineer}>
      <span class="select">
        <select required value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">{form.chooseEngineer}</option>
          {sorted.map((one) => (
            <option key={one.code} value={one.code} selected={one.code === value}>
              {format.text(one.name)} · {one.station}
            </option>
          ))}
        </select>
      </span>
    </Field>
  );
}
