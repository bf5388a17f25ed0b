// The commands of one device: pages of its history, kept current by its live topic.
import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Command } from '../../../contracts/http/commands.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp } from '../../app-context.ts';
import { type Pages, usePages } from '../../state/use-pages.ts';
import { mergeCommands, newerOf } from './command-order.ts';

export interface DeviceCommands extends Pages<Command> {
  /** What the server answered to a change of ours. */
  patch: (command: Command) => void;
}

const PAGE_SIZE = 10;

/** `device` stays the same for the life of the component. */
export function useCommands(device: string): DeviceCommands {
  const { api, live, session } = useApp();
  const [round, setRound] = useState(0);
  const changed = useSignal<ReadonlyMap<string, Command>>(new Map());
  const patch = (command: Command): void => {
    const newest = newerOf(changed.value.get(command.request), command);
    changed.value = new Map([...changed.value, [command.request, newest]]);
  };
  const connection = live.value;
  const mayRead = session.can('telemetry:read');
  useEffect(() => {
    if (!mayRead) return undefined;
    let isFirst = true;
    return connection?.watch(`device:${device}`, {
      onSnapshot() {
        // A later one means that changes were missed.
        if (!isFirst) setRound((before) => before + 1);
        isFirst = false;
      },
      onChange(change) {
        if (change.type === 'command.changed') patch(change.data);
      },
    });
  }, [device, connection, mayRead]);
  const pages = usePages<Command>(
    mayRead ? `commands ${device} ${round}` : null,
    (cursor, signal) => api.get<Page<Command>>(`/devices/${device}/commands`, { limit: PAGE_SIZE, cursor }, signal),
    true,
  );
  return { ...pages, value: pages.value === null ? null : mergeCommands(pages.value, changed.value), patch };
}
