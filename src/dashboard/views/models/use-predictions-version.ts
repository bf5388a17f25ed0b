// A number that grows a moment after alerts or jobs changed live: what is counted over them is then read again.
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../app-context.ts';

/** Changes come in bursts; one look after a burst is enough. */
const SETTLE_MS = 1_000;

export function usePredictionsVersion(): number {
  const { alerts, workOrders } = useApp();
  const [version, setVersion] = useState(0);
  const seen = [alerts.byId.value, workOrders.byId.value];
  useEffect(() => {
    const timer = setTimeout(() => setVersion((before) => before + 1), SETTLE_MS);
    return () => clearTimeout(timer);
  }, seen);
  return version;
}
