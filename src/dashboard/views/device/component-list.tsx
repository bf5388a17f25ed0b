// Health by component, weakest first, with what pulls it down.
import type { VNode } from 'preact';
import type { Health } from '../../../contracts/http/devices.ts';
import { useFormat } from '../../app-context.ts';
import { ContributorList } from '../../components/contributor-list.tsx';
import { HealthBar } from '../../components/health-bar.tsx';
import { StatusSign } from '../../components/signs.tsx';

export function ComponentList({ components }: { components: Health['components'] }): VNode {
  const format = useFormat();
  const sorted = [...components].sort((a, b) => (a.health ?? 101) - (b.health ?? 101));
  return (
    <ul class="components">
      {sorted.map((one) => (
        <li key={one.component}>
          <div class="component-line">
            <span class="clip">{format.text(one.name)}</span>
            <StatusSign status={one.status} />
            <HealthBar health={one.health} />
          </div>
          {one.contributors.length > 0 && <ContributorList contributors={one.contributors} />}
        </li>
      ))}
    </ul>
  );
}
