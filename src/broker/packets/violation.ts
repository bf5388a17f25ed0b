// Every way a client can break MQTT 3.1.1 that is found in its bytes, and which of them CONNACK has a word for.

export type Violation =
  | 'malformed-length'
  | 'packet-too-large'
  | 'packet-type'
  | 'reserved-flags'
  | 'connect-first'
  | 'second-connect'
  | 'protocol-name'
  | 'protocol-level'
  | 'connect-flags'
  | 'empty-client-id'
  | 'wrong-length'
  | 'packet-id'
  | 'acknowledgement'
  | 'qos'
  | 'duplicate-flag'
  | 'topic-name'
  | 'topic-filter'
  | 'text';

/** CONNACK return codes (MQTT-3.2.2.3); everything else is answered by closing the connection (MQTT-4.8.0-1). */
export const CONNACK_CODES: Readonly<Partial<Record<Violation, number>>> = {
  'protocol-level': 1, // MQTT-3.1.2-2
  'empty-client-id': 2, // MQTT-3.1.3-8
};
