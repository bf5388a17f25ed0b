// Asking a device to do something, and taking it back while it waits. What is asked is checked against the product's
// catalogue and stored before the caller is answered; sending it is the courier's.
import type { Role } from '../../contracts/access.ts';
import { checkArguments, type CommandDefinition, commandsOf } from '../../contracts/command-catalogue.ts';
import { COMMAND_STEPS } from '../../contracts/commands.ts';
import type { NewCommand } from '../../contracts/http/commands.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import { type Clock, type EpochMs, isoOf } from '../../contracts/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { type Step, tellStep } from './command-rows.ts';

export interface CommandableDevice {
  id: number;
  code: string;
  product: Product;
  lifecycle: string;
}

export interface CommandSurroundings {
  database: Database;
  devices: { load(code: string): Promise<CommandableDevice | null> };
  /** What the device last said its operating mode was, `null` when it says nothing of it. */
  modeOf(device: CommandableDevice): Promise<{ mode: string; atMs: EpochMs } | null>;
  clock: Clock;
  random: (bytes: number) => Buffer;
  /** Commands of one device that may be open at once. */
  maxOpen: number;
  onRefused: (reason: 'queue-full') => void;
}

export interface Asker {
  email: string;
  role: Role;
}

const REQUEST_BYTES = 8;
/** A mode that was told longer ago says nothing about now. */
const MODE_COUNTS_FOR_MS = 15 * 60_000;

export async function loadCommandable({ devices }: Pick<CommandSurroundings, 'devices'>, code: string) {
  const device = await devices.load(code);
  if (!device) throw new Problem('not-found', `device ${code} does not exist or is outside of your scope`);
  return device;
}

function definitionOf(device: CommandableDevice, name: string, { role }: Asker): CommandDefinition {
  const known = commandsOf(device.product);
  const definition = known.find(({ code }) => code === name);
  if (!definition) {
    const allowed = known.map(({ code }) => code).join(', ') || 'none';
    throw new Problem('refused', `name: a ${device.product.code} takes no command "${name}"; it takes ${allowed}`, {
      allowed: known.map(({ code }) => code),
    });
  }
  if (!definition.roles.includes(role)) {
    throw new Problem('not-permitted', `${name} is given by ${definition.roles.join(', ')}; ask one of them`);
  }
  return definition;
}

async function refuseInUse(around: CommandSurroundings, device: CommandableDevice, definition: CommandDefinition) {
  if (definition.confirmInModes.length === 0) return;
  const last = await around.modeOf(device);
  if (last === null || around.clock.now() - last.atMs > MODE_COUNTS_FOR_MS) return;
  const { mode } = last;
  if (!definition.confirmInModes.includes(mode)) return;
  throw new Problem(
    'refused',
    `${device.code} says that it is in mode "${mode}": somebody may depend on it. Ask on site, then send \`confirm\`: true`,
    { mode, confirm: true },
  );
}

async function refuseOverfull(tx: Transaction, device: CommandableDevice, { maxOpen, onRefused }: CommandSurroundings) {
  // Two requests for one device take turns, so that both count the other.
  await tx.query('SELECT 1 FROM device WHERE id = $1 FOR NO KEY UPDATE', [device.id]);
  const { rows } = await tx.query<{ open: number }>(
    'SELECT count(*)::integer AS open FROM device_command WHERE device_id = $1 AND deadline_at IS NOT NULL',
    [device.id],
  );
  const open = rows[0]?.open ?? 0;
  if (open < maxOpen) return;
  onRefused('queue-full');
  throw new Problem(
    'too-many-requests',
    `${device.code} has ${open} open commands, the most that may wait; wait for them or cancel one that is queued`,
    { open, limit: maxOpen },
  );
}

/** The request id of the stored command. */
export async function requestCommand(
  around: CommandSurroundings,
  code: string,
  { name, args = {}, reason, expiresInS, confirm = false }: NewCommand,
  asker: Asker,
): Promise<string> {
  const device = await loadCommandable(around, code);
  if (device.lifecycle === 'decommissioned') {
    throw new Problem('refused', `${code} is decommissioned: it cannot connect any more`);
  }
  const definition = definitionOf(device, name, asker);
  const checked = checkArguments(definition, args);
  if (!checked.ok) throw new Problem('validation-failed', checked.faults.join('; '), { faults: checked.faults });
  if (!confirm) await refuseInUse(around, device, definition);

  const { database, clock, random } = around;
  const request = random(REQUEST_BYTES).toString('hex');
  const nowMs = clock.now();
  const expiresAt = new Date(nowMs + (expiresInS ?? definition.expiresInS) * 1000);
  await database.transaction(async (tx) => {
    await refuseOverfull(tx, device, around);
    await tx.query(
      `INSERT INTO device_command (request, device_id, name, title_en, title_zh, args, reason, requested_by,
         requested_at, expires_at, deadline_at, reply_within_s)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)`,
      [
        request,
        device.id,
        name,
        definition.name.en,
        definition.name.zh,
        JSON.stringify(checked.args),
        reason,
        asker.email,
        new Date(nowMs),
        expiresAt,
        definition.replyWithinS,
      ],
    );
    const payload = { request, device: code, name, actor: asker.email };
    appendEvent(tx, { type: 'command.requested', at: isoOf(nowMs), payload });
  });
  return request;
}

/** Only what was never sent can be taken back: the device may be at it otherwise. */
export async function cancelCommand(
  { database, clock }: Pick<CommandSurroundings, 'database' | 'clock'>,
  { device, request, actor, reason }: { device: string; request: string; actor: string; reason: string | undefined },
): Promise<void> {
  const nowMs = clock.now();
  await database.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: bigint; state: Step['from'] }>(
      `SELECT c.id, c.state FROM device_command c JOIN device d ON d.id = c.device_id
       WHERE d.code = $1 AND c.request = $2 FOR UPDATE OF c`,
      [device, request],
    );
    const row = rows[0];
    if (!row) throw new Problem('not-found', `device ${device} has no command ${request}`);
    const { from, to } = COMMAND_STEPS.cancel;
    if (!from.some((state) => state === row.state)) {
      throw new Problem(
        'transition-refused',
        `Command ${request} is ${row.state}; only a command that is ${from.join(' or ')} can be cancelled`,
        { state: row.state },
      );
    }
    await tx.query(
      `UPDATE device_command SET state = $2, settled_at = $3, deadline_at = NULL, cancelled_by = $4, cancel_reason = $5
       WHERE id = $1`,
      [row.id, to, new Date(nowMs), actor, reason ?? null],
    );
    tellStep(tx, { request, device, from: row.state, to, actor }, nowMs);
  });
}
