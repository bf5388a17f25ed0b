// Why something was not done, where it was asked for; read out at once.
import type { VNode } from 'preact';

export function FormMessage({ text }: { text: string | null }): VNode | null {
  if (text === null) return null;
  return (
    <p class="form-message" role="alert">
      {text}
    </p>
  );
}
