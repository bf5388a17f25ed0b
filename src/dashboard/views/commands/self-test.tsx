// The self-test beside an alert: asked with one click, and what the device said of itself since the alert was raised.
import type { VNode } from 'preact';
import { isOpenCommand } from '../../../contracts/commands.ts';
import { SELF_TEST } from '../../../contracts/command-catalogue.ts';
import type { Alert } from '../../../contracts/http/alerts.ts';
import type { Command } from '../../../contracts/http/commands.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { type Command as Sending, useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { isAlertOpen } from '../alerts/alert-queue.ts';
import { CommandResult } from './command-result.tsx';
import { CommandStateTag } from './command-state.tsx';
import { useCommands } from './use-commands.ts';
import { FormMessage } from '../../components/form-message.tsx';

const REASON_LIMIT = 500;

export interface SelfTest {
  /** The last one since the alert was raised. */
  latest: Command | undefined;
  product: Product | null;
  mayAsk: boolean;
  sending: Sending;
  ask: () => void;
}

/** The device stays the same for the life of the component. */
export function useSelfTest(alert: Alert): SelfTest {
  const { api, session } = useApp();
  const words = useWords().commands;
  const format = useFormat();
  const commands = useCommands(alert.device);
  const sending = useCommand();
  const latest = commands.value?.find(({ name, requestedAt }) => name === SELF_TEST && requestedAt >= alert.raisedAt);
  const product = useResource(latest?.reply ? `product ${alert.product.code}` : null, (signal) =>
    api.get<Product>(`/products/${alert.product.code}`, {}, signal),
  );
  const send = async (key: string): Promise<void> => {
    const reason = words.selfTestReason(String(alert.id), format.text(alert.reason)).slice(0, REASON_LIMIT);
    commands.patch(await api.post<Command>(`/devices/${alert.device}/commands`, { name: SELF_TEST, reason }, key));
  };
  return {
    latest,
    product: product.value,
    mayAsk: session.can('commands:write') && isAlertOpen(alert) && !(latest && isOpenCommand(latest.state)),
    sending,
    ask: () => sending.run(send),
  };
}

export const SelfTestButton = ({ selfTest: { sending, ask } }: { selfTest: SelfTest }): VNode => {
  const words = useWords().commands;
  return (
    <button type="button" class="button" disabled={sending.isBusy} onClick={ask}>
      <Icon name="send" size={14} /> {words.selfTest}
    </button>
  );
};

export function SelfTestOutcome({ selfTest }: { selfTest: SelfTest }): VNode | null {
  const words = useWords().commands;
  const format = useFormat();
  const { nowMs } = useApp();
  const { latest, product, sending } = selfTest;
  if (latest === undefined && sending.problem === null) return null;
  return (
    <div class="pane-part self-test">
      {latest !== undefined && (
        <div class="line wrap">
          <CommandStateTag state={latest.state} />
          <span class="muted">{words.selfTestOf(format.ago(latest.requestedAt, nowMs.value))}</span>
        </div>
      )}
      <FormMessage text={sending.problem} />
      {latest?.reply && <CommandResult command={latest} reply={latest.reply} product={product} />}
    </div>
  );
}
