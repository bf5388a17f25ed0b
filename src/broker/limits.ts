// Every limit of the broker, with its name and default.

export interface BrokerLimits {
  /** Open connections, signed in or not. */
  maxConnections: number;
  /** Of these, from one address: a whole hospital may sit behind one, but not take every place. */
  maxConnectionsPerAddress: number;
  /** Largest MQTT packet; told from its header, before its bytes are kept. */
  maxPacketBytes: number;
  /** Largest CONNECT, the one packet that is taken from somebody unknown. */
  maxConnectBytes: number;
  /** Publishes of one connection that may wait for their commit. */
  inFlightWindow: number;
  /** Publishes a second of one connection, with a second's worth at once; beyond it its socket is not read. */
  publishesPerS: number;
  /** Subscriptions of one connection; a further one is answered with 0x80. */
  maxSubscriptions: number;
  /** Topic filters of one SUBSCRIBE; those after are answered with 0x80. */
  maxFiltersPerSubscribe: number;
  /** Levels of a topic or filter. */
  maxTopicLevels: number;
  /** Payload bytes of all connections that may wait for their commit; beyond it no socket is read. */
  maxPendingBytes: number;
  /** Bytes that may wait for a client to read them. */
  maxOutgoingBytes: number;
  /** How long a client that has as much waiting may go on not reading. */
  slowReaderMs: number;
  /** From the connection to a complete sign-in. */
  signInMs: number;
  /** From the first byte of a packet to its last. */
  packetMs: number;
  /** How long a client without a keep alive may say nothing. */
  maxSilenceMs: number;
  /** How long `close` waits for commits that are under way. */
  closeMs: number;
}

export const DEFAULT_BROKER_LIMITS: BrokerLimits = {
  maxConnections: 20_000,
  maxConnectionsPerAddress: 15_000,
  maxPacketBytes: 128 * 1024,
  maxConnectBytes: 16 * 1024,
  inFlightWindow: 100,
  publishesPerS: 1_000,
  maxSubscriptions: 50,
  maxFiltersPerSubscribe: 8,
  maxTopicLevels: 7,
  maxPendingBytes: 64 * 1024 * 1024,
  maxOutgoingBytes: 1024 * 1024,
  slowReaderMs: 10_000,
  signInMs: 10_000,
  packetMs: 60_000,
  maxSilenceMs: 3_600_000,
  closeMs: 4_000,
};
