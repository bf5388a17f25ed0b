// Joins a simulated device, its connection and its command desk.
import { type CommandDesk, createCommandDesk } from './command-desk.ts';
import type { DeviceModel } from './device-model.ts';
import type { Kind } from './models/kind-model.ts';
import type { Publisher } from './publisher.ts';
import { checkComponents } from './self-test.ts';

export interface CommandedDevice {
  kind: Kind;
  model: DeviceModel;
  publisher: Publisher;
  setInterval: (intervalMs: number) => void;
  now: () => number;
}

export function takeCommands({ kind, model, publisher, setInterval, now }: CommandedDevice): CommandDesk {
  const desk = createCommandDesk({
    device: {
      check: () => checkComponents(kind, (failureMode) => model.stageOf(failureMode)),
      mode: () => model.mode(),
      setInterval,
      goAway: (forMs) => publisher.goAway(forMs),
    },
    now,
  });
  publisher.takeCommands((request, body) => desk.answer(request, body));
  return desk;
}
