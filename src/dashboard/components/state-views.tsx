// What a screen shows instead of content: the shape of what comes, an empty place with its way out, an error that says
// what is safe and what to do. `Loaded` chooses among them for one resource.
import type { ComponentChildren, VNode } from 'preact';
import type { ApiError } from '../api-client.ts';
import { useWords } from '../app-context.ts';
import type { Resource } from '../state/use-resource.ts';
import { Icon, type IconName } from './icon.tsx';

export const Skeleton = ({ rows = 6 }: { rows?: number }): VNode => {
  const words = useWords();
  return (
    <div class="skeleton" role="status" aria-label={words.frame.state.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} class="skeleton-row" />
      ))}
    </div>
  );
};

interface EmptyProps {
  icon: IconName;
  title: string;
  hint?: string;
  /** It stands for a whole screen: its title is the page's heading. */
  isScreen?: boolean;
  children?: ComponentChildren;
}
export const Empty = ({ icon, title, hint, isScreen = false, children }: EmptyProps): VNode => (
  <div class="empty">
    <Icon name={icon} size={24} />
    {isScreen ? <h1 class="empty-title">{title}</h1> : <p class="empty-title">{title}</p>}
    {hint !== undefined && <p class="empty-hint">{hint}</p>}
    {children}
  </div>
);

export const ErrorState = ({ error, onRetry }: { error: ApiError; onRetry: () => void }): VNode => {
  const { state } = useWords().frame;
  const [title, hint] = {
    unreachable: [state.unreachable, state.unreachableHint],
    'not-permitted': [state.notPermitted, state.notPermittedHint],
    'not-found': [state.notFound, state.notFoundHint],
  }[error.code as string] ?? [state.failed, error.message];
  return (
    <div class="empty" role="alert">
      <Icon name="info" size={24} />
      <p class="empty-title">{title}</p>
      <p class="empty-hint">{hint}</p>
      {error.code !== 'not-permitted' && (
        <button type="button" class="button" onClick={onRetry}>
          <Icon name="refresh" /> {state.retry}
        </button>
      )}
    </div>
  );
};

interface LoadedProps<T> {
  resource: Resource<T>;
  skeleton?: ComponentChildren;
  children: (value: T) => ComponentChildren;
}
export function Loaded<T>({ resource, skeleton, children }: LoadedProps<T>): VNode {
  if (resource.value !== null) {
    return (
      <div class={resource.isLoading ? 'loaded is-refreshing' : 'loaded'} aria-busy={resource.isLoading}>
        {children(resource.value)}
      </div>
    );
  }
  if (resource.error !== null) return <ErrorState error={resource.error} onRetry={resource.reload} />;
  return <>{skeleton ?? <Skeleton />}</>;
}
