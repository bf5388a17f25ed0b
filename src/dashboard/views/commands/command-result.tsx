// What a device answered: the checks of a self-test as a list, a log as its lines, anything else as it is.
import type { VNode } from 'preact';
import { SELF_TEST } from '../../../contracts/command-catalogue.ts';
import type { Command, CommandReply } from '../../../contracts/http/commands.ts';
import type { Product } from '../../../contracts/product.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';

interface Check {
  component: string;
  ok: boolean;
  detail?: string;
}
interface ResultProps {
  command: Command;
  reply: CommandReply;
  product: Product | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function checksOf(result: unknown): Check[] | null {
  if (!isObject(result) || !Array.isArray(result.checks)) return null;
  const checks = result.checks.filter(isObject).map(({ component, ok, detail }) => ({
    component: String(component),
    ok: ok === true,
    ...(typeof detail === 'string' ? { detail } : {}),
  }));
  return checks.length > 0 ? checks : null;
}

const isEmpty = (result: unknown): boolean => result === null || (isObject(result) && Object.keys(result).length === 0);

export function CommandResult({ command, reply, product }: ResultProps): VNode | null {
  const words = useWords().commands;
  const format = useFormat();
  const { result } = reply;
  const checks = command.name === SELF_TEST ? checksOf(result) : null;
  if (checks !== null) return <Checks checks={checks} product={product} />;
  if (isEmpty(result)) return null;
  const truncated = isObject(result) && result.truncated === true ? result : null;
  const log = isObject(result) && typeof result.log === 'string' ? result.log : null;
  const text = truncated === null ? (log ?? JSON.stringify(result, null, 2)) : String(truncated.head);
  return (
    <details class="command-result" open={reply.status === 'failed'}>
      <summary>{words.result}</summary>
      {truncated !== null && <p class="muted">{words.truncated(format.integer(Number(truncated.bytes)))}</p>}
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}

function Checks({ checks, product }: { checks: readonly Check[]; product: Product | null }): VNode {
  const words = useWords().commands;
  const format = useFormat();
  const nameOf = (code: string): string => {
    const component = product?.components.find((one) => one.code === code);
    return component ? format.text(component.name) : code;
  };
  const isPassed = checks.every(({ ok }) => ok);
  return (
    <div class="command-checks">
      <p>{isPassed ? words.passed : words.notPassed}</p>
      <ul>
        {checks.map(({ component, ok, detail }) => (
          <li key={component} class={ok ? 'is-passed' : 'is-failed'}>
            <Icon name={ok ? 'check' : 'close'} size={14} />
            <span>{nameOf(component)}</span>
            <span class="muted">
              {ok ? words.checkPassed : words.checkFailed}
              {detail !== undefined && ` · ${detail}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
