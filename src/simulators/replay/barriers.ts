// Knows which point of a stream of messages is wholly acknowledged, whatever order the acknowledgements come in.

export interface Barriers<Mark> {
  /** A message goes out; call what it gives when it is acknowledged. */
  sent(): () => void;
  /** Everything sent so far belongs before this mark. */
  mark(mark: Mark): void;
}

/** `onPassed` gets each mark, in order, once every message before it is acknowledged. */
export function createBarriers<Mark>(onPassed: (mark: Mark) => void): Barriers<Mark> {
  // A Set keeps the order of insertion, so its first is the oldest that is still on its way.
  const outstanding = new Set<number>();
  const marks: { mark: Mark; after: number }[] = [];
  let last = 0;

  function pass(): void {
    const [oldest = Number.POSITIVE_INFINITY] = outstanding;
    while (marks[0] && marks[0].after < oldest) onPassed((marks.shift() as { mark: Mark }).mark);
  }

  return {
    sent() {
      const number = ++last;
      outstanding.add(number);
      return () => {
        outstanding.delete(number);
        pass();
      };
    },
    mark(mark) {
      marks.push({ mark, after: last });
      pass();
    },
  };
}
