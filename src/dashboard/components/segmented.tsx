// A few choices side by side of which one holds. Where they do not fit they scroll, and the one that holds is in sight.
import type { ComponentChildren, VNode } from 'preact';
import { useSideScroll } from './use-side-scroll.ts';

interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: ComponentChildren; title?: string }[];
  onChange: (value: T) => void;
}

export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>): VNode {
  const strip = useSideScroll(value, options.length);
  return (
    <div ref={strip} class="segmented side-scroll" role="group" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          title={option.title}
          onClick={() => onChange(option.value)}
        >
          {option.text}
        </button>
      ))}
    </div>
  );
}
