// Components that devices say were replaced while no job says so: each waits for somebody to confirm or dispute it.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ComponentSwap, SwapDecision } from '../../../contracts/http/component-swaps.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field } from '../../components/field.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { FormMessage } from '../../components/form-message.tsx';

const PATH = '/quality/component-swaps';
const LIMIT = 50;

/** Of one device, or of all one may see; nothing where nothing waits. */
export function SwapNotices({ device }: { device?: string }): VNode | null {
  const { api } = useApp();
  const words = useWords().quality.swap;
  const query = { open: true, limit: LIMIT, ...(device === undefined ? {} : { device }) };
  const swaps = useResource(
    `swaps ${device ?? ''}`,
    (signal) => api.get<Page<ComponentSwap>>(PATH, query, signal),
    true,
  );
  const items = swaps.value?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section class="section swap-notices" role="note">
      <header class="section-head">
        <h3>{words.title}</h3>
      </header>
      <p class="muted section-lead">
        {words.lead} {words.confirmHint}
      </p>
      <ul class="notification-list">
        {items.map((swap) => (
          <SwapLine key={swap.id} swap={swap} isDeviceNamed={device === undefined} onDecided={swaps.reload} />
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  swap: ComponentSwap;
  isDeviceNamed: boolean;
  onDecided: () => void;
}

function SwapLine({ swap, isDeviceNamed, onDecided }: LineProps): VNode {
  const { api, session } = useApp();
  const words = useWords();
  const say = words.quality.swap;
  const format = useFormat();
  const { href } = useScope();
  const [isDisputing, setDisputing] = useState(false);
  const [note, setNote] = useState('');
  const command = useCommand();
  const decide = (decision: SwapDecision): void =>
    command.run(async (key) => {
      await api.post(`${PATH}/${swap.id}/decide`, { decision, ...(note.trim() === '' ? {} : { note }) }, key);
      onDecided();
    });
  return (
    <li>
      <span class="line wrap">
        {isDeviceNamed && (
          <a class="link" href={href(`/devices/${swap.device}`)}>
            {swap.device}
          </a>
        )}
        <strong>{format.text(swap.name)}</strong>
        <span class="mono">
          {swap.previousSerial} → {swap.serial}
        </span>
        <span class="muted">{format.dateTime(swap.at)}</span>
      </span>
      {session.can('alerts:write') && !isDisputing && (
        <span class="line wrap">
          <button type="button" class="button primary" disabled={command.isBusy} onClick={() => decide('confirmed')}>
            {say.confirm}
          </button>
          <button type="button" class="button" onClick={() => setDisputing(true)}>
            {say.dispute}
          </button>
        </span>
      )}
      {isDisputing && (
        <form
          class="action-form"
          onSubmit={(event) => {
            event.preventDefault();
            decide('disputed');
          }}
        >
          <Field label={say.why} hint={say.disputeHint}>
            <input required autofocus maxLength={2000} value={note} onInput={(e) => setNote(e.currentTarget.value)} />
          </Field>
          <div class="line">
            <button type="submit" class="button primary" disabled={command.isBusy}>
              {say.dispute}
            </button>
            <button type="button" class="button quiet" onClick={() => setDisputing(false)}>
              {words.frame.action.cancel}
            </button>
          </div>
        </form>
      )}
      <FormMessage text={command.problem} />
    </li>
  );
}
