// Who may use the one connection of the embedded database next. The lane of ingest and everybody else take turns: an
// acknowledgement waits for one other's statement or transaction at most, and a busy lane starves nobody.

export interface Turns {
  /** Resolves with how to end the turn; rejects as a lost connection does when the wait is too long. */
  take(isLane: boolean): Promise<() => void>;
}

export function createTurns(waitMs: number): Turns {
  const lane: (() => void)[] = [];
  const others: (() => void)[] = [];
  let isTaken = false;
  let wasLane = false;

  function pass(): void {
    const [first, second] = wasLane ? [others, lane] : [lane, others];
    const next = first.shift() ?? second.shift();
    isTaken = next !== undefined;
    next?.();
  }

  function begin(isLane: boolean): () => void {
    isTaken = true;
    wasLane = isLane;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      pass();
    };
  }

  return {
    async take(isLane) {
      if (!isTaken) return begin(isLane);
      const queue = isLane ? lane : others;
      return new Promise((resolve, reject) => {
        const called = (): void => {
          clearTimeout(limit);
          resolve(begin(isLane));
        };
        const limit = setTimeout(() => {
          queue.splice(queue.indexOf(called), 1);
          reject(Object.assign(new Error('the embedded database was busy for too long'), { code: 'ETIMEDOUT' }));
        }, waitMs);
        queue.push(called);
      });
    },
  };
}
