// Lets acknowledgements out in the order their messages came in (MQTT-4.6.0-2), whenever each of them is ready.

export type Acknowledge = (error?: Error | null) => void;

interface Pending {
  acknowledge: Acknowledge;
  isReady: boolean;
  error: Error | null;
}

export interface AckOrder {
  /** Takes a place in the order; the answer is called when the message is durable (or with why it is not). */
  place(acknowledge: Acknowledge): Acknowledge;
}

export function ackOrder(): AckOrder {
  let queue: Pending[] = [];

  function release(): void {
    let ready = 0;
    while (queue[ready]?.isReady) ready++;
    if (ready === 0) return;
    const released = queue.slice(0, ready);
    queue = queue.slice(ready);
    for (const { acknowledge, error } of released) acknowledge(error);
  }

  return {
    place(acknowledge) {
      const pending: Pending = { acknowledge, isReady: false, error: null };
      queue.push(pending);
      return (error = null) => {
        pending.isReady = true;
        pending.error = error;
        if (queue[0] === pending) release();
      };
    },
  };
}
