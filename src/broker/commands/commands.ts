// Remote commands: asked for here, brought to the devices by the courier, ended by a reply or a deadline. Every step is
// stored with its event before anything else happens, so a process may die between any two of them.
import type { BaseLogger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { type CommandDefinition, commandsOf } from '../../contracts/command-catalogue.ts';
import type { Command, NewCommand } from '../../contracts/http/commands.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Clock } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import type { EventLog } from '../../db/event-log.ts';
import { type CommandReads, createCommandReads } from './command-reads.ts';
import { watchDeadlines } from './deadlines.ts';
import {
  type Asker,
  cancelCommand,
  type CommandSurroundings,
  loadCommandable,
  requestCommand,
} from './request-command.ts';

export interface Commands extends CommandReads {
  /** What the device can be asked to do. */
  catalogue(device: string): Promise<readonly CommandDefinition[]>;
  request(device: string, body: NewCommand, asker: Asker): Promise<Command>;
  cancel(cancellation: {
    device: string;
    request: string;
    actor: string;
    reason: string | undefined;
  }): Promise<Command>;
  close(): Promise<void>;
}

export interface CommandsOptions extends Pick<CommandSurroundings, 'devices' | 'modeOf' | 'random'> {
  database: Database;
  eventLog: Pick<EventLog, 'subscribe'>;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  /** Commands of one device that may be open at once. */
  maxOpen: number;
  /** How often overdue commands are looked for. */
  deadlineCheckMs?: number;
}

const DEADLINE_CHECK_MS = 1_000;

export function startCommands(options: CommandsOptions): Commands {
  const { database, clock, log, metrics } = options;
  const refused = new Counter({
    name: 'stethos_commands_refused_total',
    help: 'Remote commands refused because of a limit, by reason',
    labelNames: ['reason'],
    registers: [metrics],
  });
  const steps = new Counter({
    name: 'stethos_command_steps_total',
    help: 'Steps of remote commands, by the state they led to',
    labelNames: ['state'],
    registers: [metrics],
  });
  const unsubscribe = options.eventLog.subscribe((events) => {
    for (const { type, payload } of events) if (type === 'command.transitioned') steps.inc({ state: payload.to });
  });
  const around: CommandSurroundings = { ...options, onRefused: (reason) => refused.inc({ reason }) };
  const reads = createCommandReads(database);
  const deadlines = watchDeadlines({ database, clock, log, everyMs: options.deadlineCheckMs ?? DEADLINE_CHECK_MS });

  async function present(device: string, request: string): Promise<Command> {
    const command = await reads.one(device, request);
    if (!command) throw new Problem('not-found', `device ${device} has no command ${request}`);
    return command;
  }

  return {
    ...reads,
    catalogue: async (device) => commandsOf((await loadCommandable(around, device)).product),
    request: async (device, body, asker) => present(device, await requestCommand(around, device, body, asker)),
    async cancel(cancellation) {
      await cancelCommand(around, cancellation);
      return present(cancellation.device, cancellation.request);
    },
    async close() {
      unsubscribe();
      await deadlines.close();
    },
  };
}
