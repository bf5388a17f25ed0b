// A button that opens a small panel under it; closes on Escape, on a click elsewhere and after a choice.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

interface MenuProps {
  label: string;
  button: ComponentChildren;
  className?: string;
  align?: 'start' | 'end';
  children: (close: () => void) => ComponentChildren;
}

export function Menu({ label, button, className = 'button quiet', align = 'start', children }: MenuProps): VNode {
  const [isOpen, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = (): void => setOpen(false);

  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = (event: PointerEvent): void => {
      if (!place.current?.contains(event.target as Node)) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
      place.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [isOpen]);

  return (
    <div class="menu" ref={place}>
      <button
        type="button"
        class={className}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen && (
        <div class={`menu-panel align-${align}`} id={id}>
          {children(close)}
        </div>
      )}
    </div>
  );
}

interface ChoiceProps {
  isChosen?: boolean;
  onChoose: () => void;
  children: ComponentChildren;
}
export const MenuChoice = ({ isChosen = false, onChoose, children }: ChoiceProps): VNode => (
  <button type="button" class="menu-choice" aria-pressed={isChosen} onClick={onChoose}>
    {children}
  </button>
);
