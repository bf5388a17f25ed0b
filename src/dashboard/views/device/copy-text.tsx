// A text to be taken away: shown whole, copied with one press.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useWords } from '../../app-context.ts';

export function CopyText({ text, label }: { text: string; label: string }): VNode {
  const words = useWords().access;
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="copy-text">
      <textarea
        class="mono"
        readOnly
        rows={text.includes('\n') ? 5 : 2}
        aria-label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      {/* Without a safe connection the browser has no clipboard; the text can be selected all the same. */}
      {window.isSecureContext && (
        <button type="button" class="button" onClick={() => void copy()}>
          {isCopied ? words.copied : words.copy}
        </button>
      )}
    </div>
  );
}
