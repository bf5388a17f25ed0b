// The settings of the broker's limits: one for each, with the default it has in the broker.
import { type BrokerLimits, DEFAULT_BROKER_LIMITS } from './broker/limits.ts';
import { type LimitSettings, limitSettings } from './config-limits.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const HOUR_MS = 3_600_000;

const SETTINGS: LimitSettings<BrokerLimits> = {
  maxConnections: {
    env: 'STETHOS_BROKER_MAX_CONNECTIONS',
    description: 'Most devices connected at once; one more is answered with CONNACK 3',
    unit: 'connections',
    minimum: 1,
    maximum: 1_000_000,
  },
  maxConnectionsPerAddress: {
    env: 'STETHOS_BROKER_MAX_CONNECTIONS_PER_ADDRESS',
    description: 'Of these, from one address: a whole hospital may sit behind one',
    unit: 'connections',
    minimum: 1,
    maximum: 1_000_000,
  },
  maxPacketBytes: {
    env: 'STETHOS_BROKER_MAX_PACKET_BYTES',
    description: 'Largest MQTT packet',
    unit: 'bytes',
    minimum: KIB,
    maximum: 16 * MIB,
  },
  maxConnectBytes: {
    env: 'STETHOS_BROKER_MAX_CONNECT_BYTES',
    description: 'Largest CONNECT, which comes from somebody not known yet',
    unit: 'bytes',
    minimum: 256,
    maximum: 320 * KIB,
  },
  inFlightWindow: {
    env: 'STETHOS_BROKER_IN_FLIGHT',
    description: 'Publishes of one device that may wait for their commit',
    unit: 'messages',
    minimum: 1,
    maximum: 65_535,
  },
  publishesPerS: {
    env: 'STETHOS_BROKER_PUBLISHES_PER_S',
    description: "Publishes a second of one device, a second's worth at once; beyond it its socket is not read",
    unit: 'messages/s',
    minimum: 1,
    maximum: 1_000_000,
  },
  maxSubscriptions: {
    env: 'STETHOS_BROKER_MAX_SUBSCRIPTIONS',
    description: 'Subscriptions of one device; one more is answered with 0x80',
    unit: 'subscriptions',
    minimum: 1,
    maximum: 10_000,
  },
  maxFiltersPerSubscribe: {
    env: 'STETHOS_BROKER_MAX_FILTERS_PER_SUBSCRIBE',
    description: 'Filters of one SUBSCRIBE; with more, all are answered with 0x80',
    unit: 'filters',
    minimum: 1,
    maximum: 10_000,
  },
  maxTopicLevels: {
    env: 'STETHOS_BROKER_MAX_TOPIC_LEVELS',
    description: 'Levels of a topic or filter',
    unit: 'levels',
    minimum: 6,
    maximum: 100,
  },
  maxPendingBytes: {
    env: 'STETHOS_BROKER_MAX_PENDING_BYTES',
    description: 'Payloads of all devices that may wait for their commit; beyond it no socket is read',
    unit: 'bytes',
    minimum: MIB,
    maximum: 4096 * MIB,
  },
  maxOutgoingBytes: {
    env: 'STETHOS_BROKER_MAX_OUTGOING_BYTES',
    description: 'What may wait for one device to read it',
    unit: 'bytes',
    minimum: 16 * KIB,
    maximum: 64 * MIB,
  },
  slowReaderMs: {
    env: 'STETHOS_BROKER_SLOW_READER_MS',
    description: 'How long a device that has as much waiting may go on not reading before it is cut',
    unit: 'ms',
    minimum: 100,
    maximum: HOUR_MS,
  },
  signInMs: {
    env: 'STETHOS_BROKER_SIGN_IN_MS',
    description: 'From the connection to a complete sign-in',
    unit: 'ms',
    minimum: 100,
    maximum: 10 * 60_000,
  },
  packetMs: {
    env: 'STETHOS_BROKER_PACKET_MS',
    description: 'From the first byte of a packet to its last',
    unit: 'ms',
    minimum: 100,
    maximum: HOUR_MS,
  },
  maxSilenceMs: {
    env: 'STETHOS_BROKER_MAX_SILENCE_MS',
    description: 'How long a device without a keep alive may say nothing; with one it is one and a half times that',
    unit: 'ms',
    minimum: 1_000,
    maximum: 7 * 24 * HOUR_MS,
  },
  closeMs: {
    env: 'STETHOS_BROKER_CLOSE_MS',
    description: 'How long a stop waits for what is being committed',
    unit: 'ms',
    minimum: 0,
    maximum: 15_000,
  },
};

export const BrokerLimitSettings = limitSettings(SETTINGS, DEFAULT_BROKER_LIMITS);
