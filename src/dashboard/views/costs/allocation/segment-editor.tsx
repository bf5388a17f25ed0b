// One pool in the version that is written: folded to a line that says what happens to its cost, open to change it; what the check
// says of the pool stands at it.
import type { VNode } from 'preact';
import {
  type AllocationMethod,
  type AllocationSegment,
  type CycleProblem,
  type Driver,
  type DriverReading,
  DRIVERS,
  type Pool,
} from '../../../../contracts/http/allocation.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { Icon } from '../../../components/icon.tsx';
import { unitSymbol } from '../../../format/units.ts';
import { useResource } from '../../../state/use-resource.ts';
import { ActivitiesEditor } from './activities-editor.tsx';
import { useDriverName } from './driver-name.ts';
import { FilterEditor } from './filter-editor.tsx';
import { ProblemLines } from './problem-lines.tsx';
import { useSegmentWords } from './segment-words.ts';
import { ServicesEditor } from './services-editor.tsx';

interface EditorProps {
  segment: AllocationSegment;
  method: AllocationMethod;
  pools: readonly Pool[];
  period: string;
  /** Own cost of the pool this month, as it is shown; none where it has none. */
  own: string | null;
  problems: readonly CycleProblem[];
  isOpen: boolean;
  onToggle: () => void;
  onChange: (segment: AllocationSegment) => void;
}

export function SegmentEditor(props: EditorProps): VNode {
  const { segment, method, pools, own, problems, isOpen, onToggle } = props;
  const words = useWords().allocation.rules;
  const say = useSegmentWords(pools, method);
  const name = say.poolName(segment.pool);
  const gives = say.gives(segment);
  const receivers = say.receivers(segment);
  const worst = problems.some(({ blocking }) => blocking) ? 'is-bad' : 'is-warm';
  return (
    <li class={isOpen ? 'segment-card is-open' : 'segment-card'}>
      <button type="button" class="segment-head" aria-expanded={isOpen} onClick={onToggle}>
        <Icon name={isOpen ? 'down' : 'right'} />
        <strong class="clip">{name}</strong>
        <span class="segment-says clip">
          {say.driver(segment)}
          {receivers !== '' && ` · ${receivers}`}
          {gives !== '' && ` · → ${gives}`}
        </span>
        <span class="number muted">{own}</span>
        {problems.length > 0 && <span class={`tag ${worst}`}>{words.found(problems.length)}</span>}
      </button>
      {problems.length > 0 && (
        <div class="segment-problems">
          <ProblemLines problems={problems} />
        </div>
      )}
      {isOpen && <SegmentFields {...props} name={name} />}
    </li>
  );
}

function SegmentFields({ segment, method, pools, period, name, onChange }: EditorProps & { name: string }): VNode {
  const words = useWords().allocation.rules;
  const driverName = useDriverName();
  const isTimed = method === 'activity-based';
  const setDriver = (driver: Driver | ''): void => {
    const { driver: _, ...rest } = segment;
    onChange(driver === '' ? rest : { ...rest, driver });
  };
  return (
    <div class="segment-body">
      <div class="segment-part">
        <Field label={`${name} · ${words.driver}`}>
          <Select<Driver | ''>
            value={segment.driver ?? ''}
            options={[
              { value: '', text: driverName(undefined) },
              ...DRIVERS.map((driver) => ({ value: driver, text: driverName(driver) })),
            ]}
            onChange={setDriver}
          />
        </Field>
        {segment.driver !== undefined && <DriverTotal driver={segment.driver} period={period} />}
      </div>
      <FilterEditor name={name} filter={segment.filter ?? {}} onChange={(filter) => onChange({ ...segment, filter })} />
      {isTimed && <ActivitiesEditor name={name} segment={segment} onChange={onChange} />}
      {method !== 'direct' && (
        <ServicesEditor
          pool={segment.pool}
          pools={pools}
          services={segment.services ?? []}
          onChange={(services) => onChange({ ...segment, services })}
        />
      )}
    </div>
  );
}

/** What the driver reads in the month, so that nobody chooses one that tells nothing. */
function DriverTotal({ driver, period }: { driver: Driver; period: string }): VNode {
  const { api } = useApp();
  const words = useWords().allocation;
  const format = useFormat();
  const read = useResource(
    `driver ${driver} ${period}`,
    async (signal) => (await api.get<Page<DriverReading>>('/allocation/drivers', { driver, period }, signal)).items[0],
  );
  const { value } = read;
  if (!value) return <span class="field-hint">…</span>;
  const unit = value.unit === 'money' ? (value.currency ?? '') : unitSymbol(value.unit);
  return (
    <span class={value.total === 0 ? 'field-hint is-lacking' : 'field-hint'} title={format.text(value.source)}>
      {words.rules.reads(format.period(period), `${format.measure(value.total)} ${unit}`, format.integer(value.n))}
    </span>
  );
}
