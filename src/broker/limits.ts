// Every limit of the broker, with its name and default.

export interface BrokerLimits {
  maxConnections: number;
  /** Largest MQTT packet; told from its header, before its bytes are kept. */
  maxPacketBytes: number;
  /** Publishes of one connection that may wait for their commit. */
  inFlightWindow: number;
  /** Payload bytes of all connections that may wait for their commit; beyond it no socket is read. */
  maxPendingBytes: number;
  /** From the connection to a complete sign-in. */
  signInMs: number;
  /** How long `close` waits for commits that are under way. */
  closeMs: number;
}

export const DEFAULT_BROKER_LIMITS: BrokerLimits = {
  maxConnections: 20_000,
  maxPacketBytes: 128 * 1024,
  inFlightWindow: 100,
  maxPendingBytes: 64 * 1024 * 1024,
  signInMs: 10_000,
  closeMs: 10_000,
};
