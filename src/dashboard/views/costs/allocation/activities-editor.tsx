// The time equation of a pool: the capacity it pays for, and the minutes each unit of a driver takes of it.
import type { VNode } from 'preact';
import { type Activity, type AllocationSegment, type Driver, DRIVERS } from '../../../../contracts/http/allocation.ts';
import { useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { Icon } from '../../../components/icon.tsx';
import { useDriverName } from './driver-name.ts';

interface ActivitiesProps {
  name: string;
  segment: AllocationSegment;
  onChange: (segment: AllocationSegment) => void;
}

export function ActivitiesEditor({ name, segment, onChange }: ActivitiesProps): VNode {
  const words = useWords().allocation.rules;
  const driverName = useDriverName();
  const { activities = [], capacityMinutes, ...rest } = segment;
  const put = (next: Activity[], capacity: number | undefined): void =>
    onChange({ ...rest, activities: next, ...(capacity === undefined ? {} : { capacityMinutes: capacity }) });
  const set = (index: number, activity: Activity): void =>
    put(
      activities.map((one, i) => (i === index ? activity : one)),
      capacityMinutes,
    );
  return (
    <div class="segment-part">
      <Field label={`${words.capacity} · ${name}`} hint={words.capacityHint}>
        <input
          class="input number"
          type="number"
          min="0"
          value={capacityMinutes ?? ''}
          onInput={(e) => {
            const typed = e.currentTarget.valueAsNumber;
            put([...activities], typed > 0 ? typed : undefined);
          }}
        />
      </Field>
      {activities.map((activity, index) => (
        <div key={index} class="segment-row">
          <Field label={words.activity}>
            <Select<Driver>
              value={activity.driver}
              options={DRIVERS.map((driver) => ({ value: driver, text: driverName(driver) }))}
              onChange={(driver) => set(index, { ...activity, driver })}
            />
          </Field>
          <Field label={words.minutesEach}>
            <input
              class="input number"
              type="number"
              min="0"
              step="any"
              value={activity.minutes}
              onInput={(e) => {
                const typed = e.currentTarget.valueAsNumber;
                if (typed > 0) set(index, { ...activity, minutes: Math.round(typed * 1000) / 1000 });
              }}
            />
          </Field>
          <button
            type="button"
            class="button quiet"
            aria-label={`${words.remove} ${driverName(activity.driver)}`}
            onClick={() =>
              put(
                activities.filter((_, i) => i !== index),
                capacityMinutes,
              )
            }
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <button
        type="button"
        class="button segment-add"
        onClick={() => put([...activities, { driver: 'work-order-hours', minutes: 10 }], capacityMinutes)}
      >
        <Icon name="plus" /> {words.addActivity}
      </button>
    </div>
  );
}
