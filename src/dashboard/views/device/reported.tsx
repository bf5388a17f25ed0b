// What the device says about itself beside its record: the parts it is built of with their serials, and plain attributes.
import type { VNode } from 'preact';
import { useWords } from '../../app-context.ts';

type Attributes = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const textOf = (value: unknown): string => (isPlain(value) ? String(value) : '');

/** More would push the rest of the page away; all of it is in the device's record of the API. */
const MOST = 24;

export function Reported({ attributes }: { attributes: Attributes }): VNode | null {
  const words = useWords().device;
  const parts = (Array.isArray(attributes['components']) ? attributes['components'] : []).filter(isObject);
  const plain = Object.entries(attributes).filter(([, value]) => isPlain(value));
  if (parts.length === 0 && plain.length === 0) return null;
  return (
    <div class="pane-part">
      <h3>{words.reported}</h3>
      <dl class="facts">
        {parts.slice(0, MOST).map((part, index) => (
          <div key={index}>
            <dt>{textOf(part['code'] ?? part['name'] ?? part['component'])}</dt>
            <dd>
              {['serial', 'lot', 'firmware', 'version']
                .map((field) => textOf(part[field]))
                .filter((text) => text !== '')
                .join(' · ')}
            </dd>
          </div>
        ))}
        {plain.slice(0, MOST).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{textOf(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
