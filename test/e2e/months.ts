// An instance with a past: the demo's organisation with all its devices, and six weeks of telemetry, failures, jobs
// and cost of a dozen of them; the others have never been heard.
import { DAY_MS } from '../../src/contracts/time.ts';
import { foundWorld } from '../../src/simulators/demo/found.ts';
import { fillHistory } from '../../src/simulators/demo/history.ts';
import { connectUnit } from '../../src/simulators/demo/unit.ts';
import type { TestApp } from '../support/app.ts';

const DAYS = 45;
/** Among them the ones the demo lets wear out just now. */
const SPEAKING = new Set(
  'MRI-001 MRI-002 CT-001 CT-004 VENT-001 VENT-002 VENT-007 PUMP-001 PUMP-002 HD-001 HD-003 FRIDGE-001'.split(' '),
);

export async function fillMonths({ api, brokerUrl }: TestApp): Promise<void> {
  const endMs = Date.now();
  const startMs = Math.floor((endMs - DAYS * DAY_MS) / DAY_MS) * DAY_MS;
  const founded = await foundWorld(api, startMs);
  const speaking = founded.filter(({ id }) => SPEAKING.has(id));
  const units = await Promise.all(speaking.map((device) => connectUnit({ device, brokerUrl, startMs, nowMs: endMs })));
  try {
    const stop = new AbortController().signal;
    await fillHistory({ api, units, startMs, endMs, stop, onProgress: () => {} });
  } finally {
    await Promise.all(units.map((unit) => unit.close()));
  }
}
