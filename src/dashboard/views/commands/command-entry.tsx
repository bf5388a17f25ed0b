// One command of the history: what, why, by whom, how far it has come and when, and what the device answered.
import type { VNode } from 'preact';
import { type CommandArgument, type CommandDefinition } from '../../../contracts/command-catalogue.ts';
import type { Command } from '../../../contracts/http/commands.ts';
import type { Product } from '../../../contracts/product.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { withUnit } from '../../format/units.ts';
import { useCommand } from '../../state/use-command.ts';
import { CommandResult } from './command-result.tsx';
import { CommandStateTag } from './command-state.tsx';

interface EntryProps {
  command: Command;
  definition: CommandDefinition | undefined;
  product: Product | null;
  onChanged: (command: Command) => void;
}

export function CommandEntry({ command, definition, product, onChanged }: EntryProps): VNode {
  const words = useWords().commands;
  const format = useFormat();
  return (
    <li class="command-entry">
      <div class="line wrap">
        <CommandStateTag state={command.state} />
        <strong>{format.text(command.title)}</strong>
        <Arguments command={command} definition={definition} />
        <span class="grow" />
        {command.state === 'queued' && <TakeBack command={command} onChanged={onChanged} />}
      </div>
      <p>
        {command.reason} <span class="muted">{words.by(command.requestedBy)}</span>
      </p>
      <Steps command={command} />
      <Outcome command={command} />
      {command.reply !== null && <CommandResult command={command} reply={command.reply} product={product} />}
    </li>
  );
}

function Arguments({ command, definition }: Pick<EntryProps, 'command' | 'definition'>): VNode | null {
  const format = useFormat();
  const known = new Map(definition?.arguments.map((argument) => [argument.code, argument]));
  const valueOf = (argument: CommandArgument | undefined, value: unknown): string => {
    if (argument?.type === 'choice') {
      const choice = argument.choices.find(({ code }) => code === value);
      return choice ? format.text(choice.name) : String(value);
    }
    if (argument !== undefined && 'unit' in argument) return withUnit(String(value), argument.unit);
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  const texts = Object.entries(command.args).map(([code, value]) => {
    const argument = known.get(code);
    return `${argument ? format.text(argument.name) : code} ${valueOf(argument, value)}`;
  });
  return texts.length === 0 ? null : <span class="muted">{texts.join(' · ')}</span>;
}

/** The instants of its way; of one that ended early those it never reached are left out. */
function Steps({ command }: { command: Command }): VNode {
  const words = useWords().commands;
  const format = useFormat();
  const { nowMs } = useApp();
  const steps = [
    ['requested', command.requestedAt],
    ['sent', command.sentAt],
    ['delivered', command.deliveredAt],
    [command.state === 'succeeded' || command.state === 'failed' ? 'answered' : 'ended', command.settledAt],
  ] as const;
  const isToday = format.date(command.requestedAt) === format.date(nowMs.value);
  const timeOf = (at: string): string => (isToday ? format.seconds(at) : `${format.day(at)} ${format.seconds(at)}`);
  return (
    <ol class="command-steps">
      {steps.map(([step, at]) =>
        at === null ? null : (
          <li key={step}>
            {words.step[step]} <time dateTime={at}>{timeOf(at)}</time>
          </li>
        ),
      )}
      {command.attempts > 1 && <li>{words.attempts(format.integer(command.attempts))}</li>}
    </ol>
  );
}

function Outcome({ command }: { command: Command }): VNode | null {
  const words = useWords().commands;
  const format = useFormat();
  const { state, reply, replyWithinS, cancelledBy, cancelReason } = command;
  const texts: string[] = [];
  if (state === 'timed-out') texts.push(words.noReply(format.span(replyWithinS * 1000)));
  if (state === 'expired') texts.push(words.notDelivered);
  if (cancelledBy !== null) texts.push([words.cancelledBy(cancelledBy), cancelReason].filter(Boolean).join(': '));
  if (reply?.isLate) texts.push(`${words.late}: ${format.dateTime(reply.at)}`);
  return texts.length === 0 ? null : <p class="muted">{texts.join(' ')}</p>;
}

function TakeBack({ command, onChanged }: Pick<EntryProps, 'command' | 'onChanged'>): VNode | null {
  const { api, session } = useApp();
  const words = useWords().commands;
  const sending = useCommand();
  if (!session.can('commands:write')) return null;
  const send = async (key: string): Promise<void> => {
    const path = `/devices/${command.device}/commands/${command.request}/cancel`;
    onChanged(await api.post<Command>(path, {}, key));
  };
  return (
    <>
      {sending.problem !== null && <span class="form-message">{sending.problem}</span>}
      <button type="button" class="button quiet" disabled={sending.isBusy} onClick={() => sending.run(send)}>
        {words.takeBack}
      </button>
    </>
  );
}
