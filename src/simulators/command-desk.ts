// How a simulated device takes the commands every device is expected to know. A command that comes twice under one
// request id is done once and answered twice.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ComponentCheck } from './self-test.ts';

export interface CommandBody {
  name: string;
  args: Record<string, unknown>;
}

export interface Answer {
  status: 'done' | 'failed';
  result: unknown;
}

/** What a command can do to the device. */
export interface Commanded {
  check(): ComponentCheck[];
  mode(): string | null;
  setInterval(intervalMs: number): void;
  /** Off the line for a while. */
  goAway(forMs: number): void;
}

export interface CommandDesk {
  /** What the device keeps a log of besides its commands. */
  note(line: string): void;
  answer(request: string, body: CommandBody): Promise<Answer>;
}

export interface DeskOptions {
  device: Commanded;
  now: () => number;
  selfTestMs?: number;
  restartMs?: number;
}

const SELF_TEST_MS = 3_000;
const RESTART_MS = 5_000;
/** Lines and requests a device remembers. */
const MEMORY = 200;
/** A patient is in it or on it. */
const IN_USE = new Set(['scan', 'treat']);

export function createCommandDesk(options: DeskOptions): CommandDesk {
  const { device, now, selfTestMs = SELF_TEST_MS, restartMs = RESTART_MS } = options;
  const log: string[] = [];
  const answers = new Map<string, Promise<Answer>>();

  function note(line: string): void {
    log.push(`${new Date(now()).toISOString()} ${line}`);
    if (log.length > MEMORY) log.shift();
  }

  async function selfTest(): Promise<Answer> {
    await sleep(selfTestMs);
    const checks = device.check();
    const passed = checks.every(({ ok }) => ok);
    note(`self-test ${passed ? 'passed' : 'failed'}`);
    return { status: 'done', result: { passed, checks } };
  }

  async function restart(): Promise<Answer> {
    const mode = device.mode();
    // Whoever stands beside it has the last word.
    if (mode !== null && IN_USE.has(mode)) return { status: 'failed', result: { cause: `in use: ${mode}` } };
    note('restart');
    device.goAway(restartMs);
    await sleep(restartMs);
    return { status: 'done', result: { awayS: Math.round(restartMs / 1000) } };
  }

  async function perform({ name, args }: CommandBody): Promise<Answer> {
    switch (name) {
      case 'self-test':
        return selfTest();
      case 'upload-log':
        return { status: 'done', result: { log: log.slice(-Number(args.lines ?? MEMORY)).join('\n') } };
      case 'restart':
        return restart();
      case 'set-interval': {
        const intervalS = Number(args.intervalS);
        if (!(intervalS > 0)) return { status: 'failed', result: { cause: 'intervalS is missing' } };
        device.setInterval(intervalS * 1000);
        note(`interval ${intervalS} s`);
        return { status: 'done', result: { intervalS } };
      }
      default:
        return { status: 'failed', result: { cause: `unknown command ${name}` } };
    }
  }

  note('start');
  return {
    note,
    answer(request, body) {
      const known = answers.get(request);
      if (known) return known;
      note(`command ${body.name}`);
      const answer = perform(body);
      answers.set(request, answer);
      if (answers.size > MEMORY) answers.delete([...answers.keys()][0] ?? '');
      return answer;
    },
  };
}
