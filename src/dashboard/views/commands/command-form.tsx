// Asking a device to do something: its arguments, the reason, how long it may wait. What the device in use needs to be
// confirmed is asked for when the server says so.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CommandDefinition } from '../../../contracts/command-catalogue.ts';
import type { Command, NewCommand } from '../../../contracts/http/commands.ts';
import type { Device } from '../../../contracts/http/devices.ts';
import { ApiError } from '../../api-client.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Field, Select } from '../../components/field.tsx';
import { useCommand } from '../../state/use-command.ts';
import { ArgumentField, initialValue, sentValue } from './argument-field.tsx';
import { FormMessage } from '../../components/form-message.tsx';

const EXPIRIES_S = [600, 3_600, 86_400, 604_800];

interface FormProps {
  device: Device;
  definition: CommandDefinition;
  onSent: (command: Command) => void;
  onClose: () => void;
}

export function CommandForm({ device, definition, onSent, onClose }: FormProps): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const [values, setValues] = useState(
    () => new Map(definition.arguments.map((argument) => [argument.code, initialValue(argument)])),
  );
  const [reason, setReason] = useState('');
  const [expiresInS, setExpiresInS] = useState(definition.expiresInS);
  const [needsConfirmation, setNeedsConfirmation] = useState(false);
  const [isConfirmed, setConfirmed] = useState(false);
  const command = useCommand();

  const body = (): NewCommand => ({
    name: definition.code,
    args: Object.fromEntries(
      definition.arguments.flatMap((argument) => {
        const value = sentValue(argument, values.get(argument.code) ?? '');
        return value === undefined ? [] : [[argument.code, value]];
      }),
    ),
    reason: reason.trim(),
    expiresInS,
    ...(isConfirmed ? { confirm: true } : {}),
  });
  const send = async (key: string): Promise<void> => {
    try {
      onSent(await api.post<Command>(`/devices/${device.id}/commands`, body(), key));
      onClose();
    } catch (error) {
      const mayConfirm = definition.confirmInModes.length > 0 && !isConfirmed;
      if (mayConfirm && error instanceof ApiError && error.code === 'refused') setNeedsConfirmation(true);
      throw error;
    }
  };
  const expiries = [...new Set([...EXPIRIES_S, definition.expiresInS])].sort((a, b) => a - b);
  return (
    <form
      class="command-form"
      aria-label={format.text(definition.name)}
      onSubmit={(event) => {
        event.preventDefault();
        command.run(send);
      }}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <p class="command-form-head">
        <strong>{format.text(definition.name)}</strong> <span class="muted">{format.text(definition.description)}</span>
      </p>
      {definition.risk === 'interrupts' && <p class="command-warning">{words.commands.interrupts}</p>}
      {device.presence !== 'online' && <p class="muted">{words.commands.offline}</p>}
      {definition.arguments.map((argument) => (
        <ArgumentField
          key={argument.code}
          argument={argument}
          value={values.get(argument.code) ?? ''}
          onChange={(value) => setValues(new Map([...values, [argument.code, value]]))}
        />
      ))}
      <Field label={words.commands.expires} hint={words.commands.expiresHint(format.span(expiresInS * 1000))}>
        <Select
          value={String(expiresInS)}
          options={expiries.map((seconds) => ({ value: String(seconds), text: format.span(seconds * 1000) }))}
          onChange={(value) => setExpiresInS(Number(value))}
        />
      </Field>
      <Field label={words.commands.reason} hint={words.commands.reasonHint}>
        <input
          required
          autofocus
          pattern=".*\S.*"
          maxLength={500}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </Field>
      <FormMessage text={command.problem} />
      {needsConfirmation && (
        <label class="check">
          <input
            type="checkbox"
            checked={isConfirmed}
            onChange={(event) => setConfirmed(event.currentTarget.checked)}
          />
          <span>{words.commands.confirm}</span>
        </label>
      )}
      <div class="line">
        <button type="submit" class="button primary" disabled={command.isBusy}>
          {command.isBusy ? words.commands.sending : words.commands.send}
        </button>
        <button type="button" class="button quiet" onClick={onClose}>
          {words.frame.action.cancel}
        </button>
      </div>
    </form>
  );
}
