// What a pool does for other pools: to each a share of its output, or a quantity in the unit of its driver; all in one way.
import type { VNode } from 'preact';
import type { Pool, PoolService } from '../../../../contracts/http/allocation.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { Field, Select } from '../../../components/field.tsx';
import { Icon } from '../../../components/icon.tsx';
import { Segmented } from '../../../components/segmented.tsx';

interface ServicesProps {
  pool: string;
  pools: readonly Pool[];
  services: readonly PoolService[];
  onChange: (services: PoolService[]) => void;
}
type Way = 'share' | 'quantity';
const FIRST = { share: { share: 0.1 }, quantity: { quantity: 1 } } as const;
/** Shares are written in percent and kept as parts of one, to a millionth. */
const ofPercent = (percent: number): number => Math.round(percent * 10_000) / 1_000_000;
const toPercent = (share: number): number => Math.round(share * 1_000_000) / 10_000;

export function ServicesEditor({ pool, pools, services, onChange }: ServicesProps): VNode {
  const words = useWords().allocation.rules;
  const format = useFormat();
  const way: Way = services.some(({ quantity }) => quantity !== undefined) ? 'quantity' : 'share';
  const free = pools.filter(({ code }) => code !== pool && !services.some((service) => service.pool === code));
  const set = (index: number, service: PoolService): void =>
    onChange(services.map((one, i) => (i === index ? service : one)));
  const nameOf = (code: string): string => {
    const found = pools.find((one) => one.code === code);
    return found ? format.text(found.name) : code;
  };
  return (
    <div class="segment-part">
      <div class="line wrap">
        <span class="field-label">{words.gives}</span>
        {services.length > 0 && (
          <Segmented
            label={words.gives}
            value={way}
            options={[
              { value: 'share', text: words.byShare },
              { value: 'quantity', text: words.byQuantity },
            ]}
            onChange={(next) => onChange(services.map((service) => ({ pool: service.pool, ...FIRST[next as Way] })))}
          />
        )}
      </div>
      {services.map((service, index) => (
        <div key={service.pool} class="segment-row">
          <Field label={`${nameOf(service.pool)} · ${way === 'share' ? '%' : words.byQuantity}`}>
            <input
              class="input number"
              type="number"
              min="0"
              step="any"
              value={way === 'share' ? toPercent(service.share ?? 0) : (service.quantity ?? 0)}
              onInput={(e) => {
                const typed = e.currentTarget.valueAsNumber;
                if (!(typed > 0)) return;
                set(
                  index,
                  way === 'share'
                    ? { pool: service.pool, share: ofPercent(typed) }
                    : { pool: service.pool, quantity: Math.round(typed * 1000) / 1000 },
                );
              }}
            />
          </Field>
          <button
            type="button"
            class="button quiet"
            aria-label={`${words.remove} ${nameOf(service.pool)}`}
            onClick={() => onChange(services.filter((_, i) => i !== index))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {free.length > 0 && (
        <Select
          label={words.addService}
          value=""
          options={[
            { value: '', text: words.addService },
            ...free.map(({ code }) => ({ value: code, text: nameOf(code) })),
          ]}
          onChange={(code) => code !== '' && onChange([...services, { pool: code, ...FIRST[way] }])}
        />
      )}
    </div>
  );
}
