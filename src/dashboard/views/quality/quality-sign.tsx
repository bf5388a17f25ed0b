// The kind of an episode as colour, shape and word: what is over is quiet.
import type { VNode } from 'preact';
import type { QualityKind } from '../../../contracts/quality.ts';
import { useWords } from '../../app-context.ts';
import { Icon, type IconName } from '../../components/icon.tsx';

const ICONS: Readonly<Record<QualityKind, IconName>> = {
  stale: 'plug',
  gap: 'filter',
  stuck: 'quality',
  range: 'chart',
  'clock-skew': 'clock',
  'clock-step': 'clock',
  'clock-drift': 'clock',
};

export function QualitySign({ kind, isOpen }: { kind: QualityKind; isOpen: boolean }): VNode {
  const words = useWords().quality;
  return (
    <span class={isOpen ? 'quality-sign is-open' : 'quality-sign'}>
      <Icon name={ICONS[kind]} size={14} />
      {words.kind[kind]}
    </span>
  );
}
