// What a person can do about an alert and what the device itself says: the actions, the self-test and its outcome.
import type { VNode } from 'preact';
import type { Alert, AlertAction } from '../../../contracts/http/alerts.ts';
import { useApp } from '../../app-context.ts';
import { SelfTestButton, SelfTestOutcome, useSelfTest } from '../commands/self-test.tsx';
import { AlertActions } from './alert-actions.tsx';

interface HandlingProps {
  alert: Alert;
  asked: AlertAction | null;
  onAsk: (action: AlertAction | null) => void;
}

/** Keyed by the device: what was asked of another one is not its news. */
export function AlertHandling({ alert, asked, onAsk }: HandlingProps): VNode {
  const { session } = useApp();
  const selfTest = useSelfTest(alert);
  const button = selfTest.mayAsk ? <SelfTestButton selfTest={selfTest} /> : null;
  return (
    <>
      {session.can('alerts:write') ? (
        <AlertActions alert={alert} asked={asked} onAsk={onAsk}>
          {button}
        </AlertActions>
      ) : (
        button !== null && <div class="pane-part">{button}</div>
      )}
      <SelfTestOutcome selfTest={selfTest} />
    </>
  );
}
