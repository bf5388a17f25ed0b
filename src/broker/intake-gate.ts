// Bounds the payloads that wait for their commit, over all connections: while it is shut no socket is read, so a
// database that is away costs a bounded amount of memory and the devices keep what they have.

export interface IntakeGate {
  readonly isOpen: boolean;
  enter(bytes: number): void;
  leave(bytes: number): void;
  /** Shuts for good. */
  shut(): void;
  /** Calls back, once, when the gate opens again. */
  whenOpen(resume: () => void): void;
}

export function intakeGate(maxPendingBytes: number, onShut: () => void): IntakeGate {
  let pending = 0;
  let isShut = false;
  let waiting: (() => void)[] = [];
  const isOpen = (): boolean => !isShut && pending < maxPendingBytes;

  return {
    get isOpen() {
      return isOpen();
    },
    enter(bytes) {
      const wasOpen = isOpen();
      pending += bytes;
      if (wasOpen && !isOpen()) onShut();
    },
    leave(bytes) {
      pending -= bytes;
      if (waiting.length === 0 || !isOpen()) return;
      const resumed = waiting;
      waiting = [];
      for (const resume of resumed) resume();
    },
    shut() {
      isShut = true;
    },
    whenOpen: (resume) => void waiting.push(resume),
  };
}
