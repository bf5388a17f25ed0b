// The next version of the rules, written from one that is there: its months, method and order, and the driver of each pool.
// It is a draft until a second person puts it in force.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import {
  ALLOCATION_METHODS,
  type AllocationCycle,
  type AllocationMethod,
  type AllocationSegment,
  type Driver,
  DRIVERS,
  type NewAllocationCycle,
  type Pool,
} from '../../../../contracts/http/allocation.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { useCommand } from '../../../state/use-command.ts';
import { useDriverName } from './driver-name.ts';

interface DraftProps {
  base: AllocationCycle;
  version: number;
  pools: readonly Pool[];
  period: string;
  onDone: (saved: AllocationCycle | null) => void;
}

const listOf = (text: string): string[] => text.split(/[\s,，、→]+/).filter(Boolean);

export function DraftForm({ base, version, pools, period, onDone }: DraftProps): VNode {
  const { api } = useApp();
  const words = useWords().allocation;
  const format = useFormat();
  const command = useCommand();
  const [method, setMethod] = useState<AllocationMethod>(base.method);
  const [from, setFrom] = useState(base.effectiveFrom > period ? base.effectiveFrom : period);
  const [to, setTo] = useState('');
  const [order, setOrder] = useState((base.closeFirst ?? []).join(', '));
  const missing = pools.filter(({ code }) => !base.segments.some(({ pool }) => pool === code));
  const [segments, setSegments] = useState<readonly AllocationSegment[]>([
    ...base.segments,
    ...missing.map(({ code }) => ({ pool: code })),
  ]);
  const setDriver = (pool: string, driver: Driver | ''): void =>
    setSegments((before) =>
      before.map((segment) => {
        if (segment.pool !== pool) return segment;
        const { driver: _, ...rest } = segment;
        return driver === '' ? rest : { ...rest, driver };
      }),
    );
  const save = (): void =>
    command.run(async (key) => {
      const isSaid = ({ driver, services, activities }: AllocationSegment): boolean =>
        driver !== undefined || services !== undefined || activities !== undefined;
      const draft: NewAllocationCycle = {
        code: base.code,
        version,
        method,
        effectiveFrom: from,
        ...(to === '' ? {} : { effectiveTo: to }),
        ...(method === 'step-down' ? { closeFirst: listOf(order) } : {}),
        segments: segments.filter(isSaid),
      };
      onDone(await api.post<AllocationCycle>('/allocation/cycles', draft, key));
    });
  return (
    <div class="section-body">
      <div class="allocation-form">
        <Field label={words.rules.methodLabel} hint={words.methodHint[method]}>
          <Select
            value={method}
            options={ALLOCATION_METHODS.map((value) => ({ value, text: words.method[value] }))}
            onChange={setMethod}
          />
        </Field>
        <Field label={words.rules.from}>
          <input class="input" type="month" value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
        </Field>
        <Field label={words.rules.to}>
          <input class="input" type="month" value={to} onInput={(e) => setTo(e.currentTarget.value)} />
        </Field>
        {method === 'step-down' && (
          <Field label={words.rules.order} hint={words.rules.byRule}>
            <input class="input" value={order} onInput={(e) => setOrder(e.currentTarget.value)} />
          </Field>
        )}
      </div>
      <PoolDrivers segments={segments} pools={pools} onChange={setDriver} />
      <div class="line wrap">
        <button type="button" class="button primary" disabled={command.isBusy || from === ''} onClick={save}>
          {words.rules.save} ({words.rules.version(format.integer(version))})
        </button>
        <button type="button" class="button quiet" onClick={() => onDone(null)}>
          {words.rules.cancel}
        </button>
      </div>
      {command.problem !== null && (
        <p class="form-message" role="alert">
          {command.problem}
        </p>
      )}
    </div>
  );
}

interface DriversProps {
  segments: readonly AllocationSegment[];
  pools: readonly Pool[];
  onChange: (pool: string, driver: Driver | '') => void;
}
function PoolDrivers({ segments, pools, onChange }: DriversProps): VNode {
  const words = useWords().allocation.rules;
  const format = useFormat();
  const driverName = useDriverName();
  const nameOf = (code: string): string => {
    const pool = pools.find((one) => one.code === code);
    return pool ? format.text(pool.name) : code;
  };
  return (
    <div class="allocation-form pool-drivers">
      {segments.map((segment) => (
        <Field key={segment.pool} label={`${nameOf(segment.pool)} · ${words.driver}`}>
          <Select<Driver | ''>
            value={segment.driver ?? ''}
            options={[
              { value: '', text: driverName(undefined) },
              ...DRIVERS.map((driver) => ({ value: driver, text: driverName(driver) })),
            ]}
            onChange={(driver) => onChange(segment.pool, driver)}
          />
        </Field>
      ))}
    </div>
  );
}
