// The main navigation: a rail with icons and words, a column of icons when narrow, a bottom bar on phones.
import { useLocation } from 'preact-iso';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useApp, useFormat, useWords } from '../app-context.ts';
import { Icon } from '../components/icon.tsx';
import { isOpen } from '../../contracts/work-order-states.ts';
import { useScope } from '../state/use-scope.ts';
import { isOn, SCREENS, type Screen } from './navigation.ts';

export function Rail(): VNode {
  const { session } = useApp();
  const words = useWords();
  const { path } = useLocation();
  const { href } = useScope();
  const list = useRef<HTMLUListElement>(null);
  // On a phone the bar is wider than the window: where one is must be in it.
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path]);
  return (
    <nav class="rail" aria-label={words.frame.nav.label}>
      <a class="brand" href={href('/')}>
        <img src="/favicon.svg" alt="" width="24" height="24" />
        <span>Stethos</span>
      </a>
      <ul ref={list}>
        {SCREENS.filter((screen) => session.can(screen.permission)).map((screen) => (
          <li key={screen.path}>
            <a href={href(screen.path)} aria-current={isOn(screen, path) ? 'page' : undefined}>
              <Icon name={screen.icon} size={18} />
              <span class="rail-word">{words.frame.nav[screen.name]}</span>
              <Waiting screen={screen} />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** How much waits on a screen: alerts nobody took yet, jobs that are open. */
function Waiting({ screen }: { screen: Screen }): VNode | null {
  const { alerts, workOrders } = useApp();
  const format = useFormat();
  const count =
    screen.name === 'alerts'
      ? [...alerts.byId.value.values()].filter((alert) => alert.state === 'open').length
      : screen.name === 'workOrders'
        ? [...workOrders.byId.value.values()].filter((job) => isOpen(job.state)).length
        : 0;
  return count === 0 ? null : <span class="rail-count">{format.integer(count)}</span>;
}
