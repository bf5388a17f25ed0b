// The self-test beside an alert: asked with one click, and what the device said of itself since the alert was raised.
import type { VNode } from 'preact';
import { isOpenCommand } from '../../../contracts/commands.ts';
import { SELF_TEST } from '../../../contracts/command-catalogue.ts';
import type { Alert } from '../../../contracts/http/alerts.ts';
import type { Command } from '../../../contracts/http/commands.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';
import { isAlertOpen } from '../alerts/alert-queue.ts';
import { CommandResult } from './command-result.tsx';
import { CommandStateTag } from './command-state.tsx';
import { useCommands } from './use-commands.ts';

const REASON_LIMIT = 500;

/** Keyed by the alert: what was asked of another device is not its news. */
export function SelfTest({ alert }: { alert: Alert }): VNode | null {
  const { api, session, nowMs } = useApp();
  const words = useWords().commands;
  const format = useFormat();
  const commands = useCommands(alert.device);
  const command = useCommand();
  const latest = commands.value?.find(({ name, requestedAt }) => name === SELF_TEST && requestedAt >= alert.raisedAt);
  const product = useResource(latest?.reply ? `product ${alert.product.code}` : null, (signal) =>
    api.get<Product>(`/products/${alert.product.code}`, {}, signal),
  );
  const mayAsk = session.can('commands:write') && isAlertOpen(alert) && !(latest && isOpenCommand(latest.state));
  if (!mayAsk && latest === undefined) return null;
  const send = async (key: string): Promise<void> => {
    const reason = words.selfTestReason(String(alert.id), format.text(alert.reason)).slice(0, REASON_LIMIT);
    commands.patch(await api.post<Command>(`/devices/${alert.device}/commands`, { name: SELF_TEST, reason }, key));
  };
  return (
    <div class="pane-part self-test">
      <div class="line wrap">
        {mayAsk && (
          <button type="button" class="button" disabled={command.isBusy} onClick={() => command.run(send)}>
            <Icon name="send" size={14} /> {words.selfTest}
          </button>
        )}
        {latest !== undefined && (
          <>
            <CommandStateTag state={latest.state} />
            <span class="muted">{words.selfTestOf(format.ago(latest.requestedAt, nowMs.value))}</span>
          </>
        )}
      </div>
      {command.problem !== null && (
        <p class="form-message" role="alert">
          {command.problem}
        </p>
      )}
      {latest?.reply && <CommandResult command={latest} reply={latest.reply} product={product.value} />}
    </div>
  );
}
