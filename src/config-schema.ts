// Every setting of the service: its variable, type, unit, default and what it is for. Reads nothing.
import { type TSchema, Type } from 'typebox';
import { BrokerLimitSettings } from './config-broker.ts';
import { CURRENCY_PATTERN } from './contracts/currencies.ts';
import { NotificationSettings } from './config-notifications.ts';
import { SessionLimitSettings } from './config-sessions.ts';

/** What every leaf of the schema carries beside its type. */
export interface Setting {
  env: string;
  /** For people: what it is, and what happens without it where there is no default. */
  description: string;
  unit?: string;
  /** What a text must look like, for the error. */
  wanted?: string;
  /** Never shown, not even in an error. */
  secret?: boolean;
  default?: string | number;
}

const text = (setting: Setting & { pattern?: string }) => Type.String({ ...setting, minLength: 1 });
const whole = (minimum: number, maximum: number, setting: Setting) => Type.Integer({ minimum, maximum, ...setting });
const share = (minimum: number, maximum: number, setting: Setting) => Type.Number({ ...setting, minimum, maximum });
const port = (env: string, description: string, preset?: number) =>
  whole(0, 65_535, { env, description, unit: 'port', ...(preset === undefined ? {} : { default: preset }) });
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const ConfigSchema = Type.Object({
  databaseUrl: Type.Optional(
    text({
      env: 'DATABASE_URL',
      description: 'A TimescaleDB server; absent: the embedded database under STETHOS_DATA',
      wanted: 'a URL like postgres://user:password@host:5432/database',
      pattern: '^postgres(ql)?://.+',
      secret: true,
    }),
  ),
  databaseStartLimitS: whole(0, 86_400, {
    env: 'STETHOS_DATABASE_START_LIMIT_S',
    description: 'How long a start waits for a database server that is away',
    unit: 's',
    default: 60,
  }),
  dataDir: text({ env: 'STETHOS_DATA', description: 'Folder of the embedded database', default: './data' }),
  datasetsDir: text({ env: 'STETHOS_DATASETS', description: 'Folder of recorded data', default: '../shared/data' }),
  adminPassword: Type.Optional(
    Type.String({
      env: 'STETHOS_ADMIN_PASSWORD',
      description: 'Password of the first administrator; absent: made at the first start and printed once',
      wanted: 'at least 12 characters',
      minLength: 12,
      maxLength: 200,
      secret: true,
    }),
  ),
  currency: text({
    env: 'STETHOS_CURRENCY',
    description: 'Currency of the books',
    unit: 'ISO 4217',
    wanted: 'a currency of ISO 4217 like CNY',
    pattern: CURRENCY_PATTERN,
    default: 'CNY',
  }),
  logLevel: Type.Enum([...LOG_LEVELS], {
    env: 'STETHOS_LOG_LEVEL',
    description: 'Least severe message that is logged',
    default: 'info',
  }),

  // Nothing is reachable from outside until somebody says so.
  httpHost: text({
    env: 'STETHOS_HTTP_HOST',
    description: 'Address the API and dashboard listen on; 0.0.0.0 = reachable from other machines',
    default: '127.0.0.1',
  }),
  httpPort: port('STETHOS_HTTP_PORT', 'API and dashboard; 0 takes any free one', 3000),
  mqttHost: text({
    env: 'STETHOS_MQTT_HOST',
    description: 'Address the broker listens on; 0.0.0.0 = reachable for devices on other machines',
    default: '127.0.0.1',
  }),
  mqttPort: port('STETHOS_MQTT_PORT', 'MQTT, plain; 0 takes any free one', 1883),
  mqttsPort: Type.Optional(port('STETHOS_MQTTS_PORT', 'MQTT over TLS; absent: none. Needs the two files below')),
  mqttWsPort: Type.Optional(
    port('STETHOS_MQTT_WS_PORT', 'MQTT over WebSocket, wss when there is a certificate; absent: none'),
  ),
  tlsCert: Type.Optional(text({ env: 'STETHOS_TLS_CERT', description: 'Certificate chain', unit: 'PEM file' })),
  tlsKey: Type.Optional(text({ env: 'STETHOS_TLS_KEY', description: 'Its private key', unit: 'PEM file' })),
  deviceCaCert: Type.Optional(
    text({
      env: 'STETHOS_DEVICE_CA_CERT',
      description: 'Authority of device certificates, asked for on the TLS port; absent: devices have tokens only',
      unit: 'PEM file',
    }),
  ),
  deviceCaKey: Type.Optional(
    text({
      env: 'STETHOS_DEVICE_CA_KEY',
      description: 'Its private key; absent: certificates are checked here but not issued',
      unit: 'PEM file',
    }),
  ),
  identity: Type.Object({
    tokenOverlapHours: whole(0, 720, {
      env: 'STETHOS_TOKEN_OVERLAP_HOURS',
      description: 'How long a replaced device token stays good when nobody says otherwise',
      unit: 'hours',
      default: 24,
    }),
    certificateDays: whole(1, 3_650, {
      env: 'STETHOS_CERTIFICATE_DAYS',
      description: 'How long a device certificate is good when nobody says otherwise',
      unit: 'days',
      default: 730,
    }),
  }),

  broker: BrokerLimitSettings,
  sessions: SessionLimitSettings,
  commands: Type.Object({
    maxOpen: whole(1, 10_000, {
      env: 'STETHOS_COMMANDS_MAX_OPEN',
      description: 'Remote commands of one device that may be open at once; more are refused with 429',
      unit: 'commands',
      default: 20,
    }),
  }),
  ingest: Type.Object({
    maxBatch: whole(1, 20_000, {
      env: 'STETHOS_INGEST_MAX_BATCH',
      description: 'Most messages in one commit',
      unit: 'messages',
      default: 2_000,
    }),
    maxClockAheadS: whole(0, 86_400, {
      env: 'STETHOS_INGEST_MAX_CLOCK_AHEAD_S',
      description: "How far a device's clock may run ahead before its readings go to quarantine",
      unit: 's',
      default: 300,
    }),
    maxOwnNames: whole(0, 10_000, {
      env: 'STETHOS_INGEST_MAX_OWN_METRICS',
      description: 'Metrics a device may send beyond those of its product; readings of more go to quarantine',
      unit: 'metrics',
      default: 200,
    }),
  }),

  predictor: Type.Object({
    unusualScore: share(0.5, 0.95, {
      env: 'STETHOS_PREDICTOR_UNUSUAL_SCORE',
      description: 'How unlike its own past a metric must be before that is told; lower finds more and warns more',
      unit: 'score, 0.5 to 0.95',
      default: 0.67,
    }),
  }),

  notifications: NotificationSettings,

  importMaxBytes: whole(1_024, 8 * 1024 * 1024 * 1024, {
    env: 'STETHOS_IMPORT_MAX_BYTES',
    description: 'Largest file that may be uploaded for import, as it is sent (plain or gzip)',
    unit: 'bytes',
    default: 256 * 1024 * 1024,
  }),
  compressAfterDays: whole(1, 36_500, {
    env: 'STETHOS_COMPRESS_AFTER_DAYS',
    description: 'Readings older than this are compressed, where the edition can',
    unit: 'days',
    default: 14,
  }),
  retainDays: Type.Optional(
    whole(1, 36_500, {
      env: 'STETHOS_RETAIN_DAYS',
      description: 'Readings older than this are deleted unless their product or metric says otherwise; absent: never',
      unit: 'days',
    }),
  ),
  retainRollupDays: Type.Optional(
    whole(1, 36_500, {
      env: 'STETHOS_RETAIN_ROLLUP_DAYS',
      description: 'Hourly and daily values older than this are deleted; absent: kept for ever',
      unit: 'days',
    }),
  ),
});

export interface Leaf {
  path: readonly string[];
  setting: Setting;
  schema: TSchema & { type?: string; minimum?: number; maximum?: number; enum?: readonly string[] };
}

/** Every setting, in the order of the schema. */
export function settings(schema: TSchema = ConfigSchema, path: readonly string[] = []): Leaf[] {
  const { properties = {} } = schema as { properties?: Record<string, TSchema> };
  return Object.entries(properties).flatMap(([name, child]) => {
    const here = [...path, name];
    if ('properties' in child) return settings(child, here);
    return [{ path: here, setting: child as unknown as Setting, schema: child }];
  });
}
