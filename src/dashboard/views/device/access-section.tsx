// What lets the device in, for those who may change it: its tokens and its client certificates.
import type { VNode } from 'preact';
import { useWords } from '../../app-context.ts';
import { CertificateList } from './certificate-list.tsx';
import { TokenList } from './token-list.tsx';

export function AccessSection({ deviceId }: { deviceId: string }): VNode {
  const words = useWords().access;
  return (
    <div class="pane-part access">
      <h3>{words.title}</h3>
      <TokenList deviceId={deviceId} />
      <CertificateList deviceId={deviceId} />
    </div>
  );
}
