// The environment becomes a frozen value, or an error that names everything wrong with it and what to do.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, loadConfig, parseRoles, ROLES } from '../../src/config.ts';
import { helpText } from '../../src/config-help.ts';
import { type Leaf, settings } from '../../src/config-schema.ts';
import { nodeProblem } from '../../src/node-version.ts';

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const readable = () => true;
const faultsOf = (env: Record<string, string>) => problemsOf(() => loadConfig(env, readable));
const at = (config: Config, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], config);

/** Settings that are good only together. */
const TIED = [
  'STETHOS_TLS_CERT',
  'STETHOS_TLS_KEY',
  'STETHOS_MQTTS_PORT',
  'STETHOS_DEVICE_CA_KEY',
  'STETHOS_SMTP_URL',
  'STETHOS_SMTP_FROM',
];

/** A value that fits a setting. */
function fitting({ schema }: Leaf): fc.Arbitrary<string | number> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1 });
  if (schema.type === 'number') return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1, noNaN: true });
  const pattern = (schema as { pattern?: string }).pattern;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern.replace(/\.\+$/, '[a-z]{1,9}$')));
  return fc.string({ minLength: (schema as { minLength?: number }).minLength ?? 1, maxLength: 40 });
}

describe('configuration', () => {
  it('gives back every value that was set, as its own type', () => {
    const free = settings().filter(({ setting }) => !TIED.includes(setting.env));
    const some = fc.record(Object.fromEntries(free.map((leaf) => [leaf.setting.env, fitting(leaf)])), {
      requiredKeys: [],
    });
    const isPlain = (values: Record<string, unknown>) => {
      const ports = settings().filter(({ setting }) => setting.unit === 'port');
      const set = ports
        .map(({ setting }) => values[setting.env] ?? setting.default)
        .filter((port) => port !== undefined);
      return new Set(set).size === set.length;
    };
    fc.assert(
      fc.property(some.filter(isPlain), (values) => {
        const env = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
        const config = loadConfig(env, readable);
        for (const { path, setting } of settings()) {
          expect(at(config, path)).toBe(values[setting.env] ?? setting.default);
        }
      }),
    );
  });

  it('needs nothing, listens on this machine only, and cannot be changed', () => {
    const config = loadConfig({ PATH: '/bin', STETHOS_ADMIN_PASSWORD: '' });
    expect(config).toMatchObject({ httpHost: '127.0.0.1', httpPort: 3000, mqttHost: '127.0.0.1', mqttPort: 1883 });
    expect(config.adminPassword).toBeUndefined();
    expect(Object.isFrozen(config) && Object.isFrozen(config.broker)).toBe(true);
  });

  it('names every problem at once, with what to do', () => {
    expect(
      faultsOf({
        STETHOS_HTTP_PORT: 'http',
        STETHOS_MQTT_PORT: '70000',
        STETHOS_LOG_LEVEL: 'loud',
        STETHOS_HTPP_HOST: 'x',
        STETHOS_CURRENCY: 'yuan',
      }),
    ).toEqual([
      'STETHOS_HTPP_HOST is not known; remove it or correct its name (npm start -- --help lists all)',
      'STETHOS_CURRENCY is "yuan": give a currency of ISO 4217 like CNY',
      'STETHOS_LOG_LEVEL is "loud": give one of fatal, error, warn, info, debug, trace, silent',
      'STETHOS_HTTP_PORT is "http": give a whole number from 0 to 65535',
      'STETHOS_MQTT_PORT is "70000": give a whole number from 0 to 65535',
    ]);
  });

  it('takes no number that is written oddly', () => {
    for (const odd of ['3e3', '0x10', ' 80', '80 ', '1.5', '+1', 'NaN', '-1', '١٢']) {
      expect(faultsOf({ STETHOS_HTTP_PORT: odd })).toHaveLength(1);
    }
  });

  it('takes a share as a decimal within its limits', () => {
    expect(loadConfig({ STETHOS_PREDICTOR_UNUSUAL_SCORE: '0.8' }, readable).predictor.unusualScore).toBe(0.8);
    expect(loadConfig({}, readable).predictor.unusualScore).toBe(0.67);
    for (const odd of ['0.4', '1', '.8', '8e-1', 'high', '0,8']) {
      expect(faultsOf({ STETHOS_PREDICTOR_UNUSUAL_SCORE: odd })).toEqual([
        `STETHOS_PREDICTOR_UNUSUAL_SCORE is "${odd}": give a number from 0.5 to 0.95, like 0.67`,
      ]);
    }
  });

  it('does not repeat a secret', () => {
    const [url, password] = faultsOf({ DATABASE_URL: 'mysql://u:pa55@h', STETHOS_ADMIN_PASSWORD: 'short' });
    expect(url).toMatch(/^DATABASE_URL is not usable: give a URL like postgres:/);
    expect(url).not.toContain('pa55');
    expect(password).toBe('STETHOS_ADMIN_PASSWORD is not usable: give at least 12 characters');
  });

  it('says that an external broker is not supported', () => {
    expect(faultsOf({ STETHOS_BROKER_URL: 'mqtt://b' })[0]).toContain('not supported in this version');
  });

  it('refuses one port for two listeners, but not two free ones', () => {
    expect(faultsOf({ STETHOS_MQTT_PORT: '3000' })).toEqual([
      'STETHOS_HTTP_PORT and STETHOS_MQTT_PORT are both 3000: give each a port of its own',
    ]);
    expect(faultsOf({ STETHOS_HTTP_PORT: '0', STETHOS_MQTT_PORT: '0' })).toEqual([]);
  });

  it('wants a whole certificate, readable, and a use for it', () => {
    const both = { STETHOS_TLS_CERT: 'c.pem', STETHOS_TLS_KEY: 'k.pem' };
    expect(faultsOf({ ...both, STETHOS_MQTTS_PORT: '8883' })).toEqual([]);
    expect(faultsOf({ STETHOS_MQTTS_PORT: '8883' })[0]).toContain('needs a certificate');
    expect(faultsOf({ STETHOS_TLS_KEY: 'k.pem' })[0]).toContain('set both or none');
    expect(faultsOf(both)[0]).toContain('is used by nothing');
    const unreadable = problemsOf(() => loadConfig({ ...both, STETHOS_MQTTS_PORT: '8883' }, () => false));
    expect(unreadable).toHaveLength(2);
  });

  it('lists every variable with unit and default', () => {
    const text = helpText();
    for (const { setting } of settings()) expect(text).toContain(setting.env);
    expect(text).toMatch(/STETHOS_BROKER_MAX_PACKET_BYTES +Largest MQTT packet \[bytes, default 131072\]/);
  });
});

describe('roles', () => {
  it('are all without a choice, else those named', () => {
    expect(parseRoles(undefined)).toEqual(ROLES);
    expect(parseRoles('api, costing')).toEqual(['costing', 'api']);
    expect(parseRoles('ingest,broker,predictor')).toEqual(['broker', 'ingest', 'predictor']);
  });

  it.each([
    ['web', 'is not a role'],
    ['', 'is not a role'],
    ['broker', 'go together'],
    ['ingest,api', 'go together'],
    ['predictor', 'predictor needs ingest'],
  ])('refuses %j', (given, reason) => {
    expect(problemsOf(() => parseRoles(given))[0]).toContain(reason);
  });
});

describe('Node version', () => {
  it('refuses one that is too old', () => {
    expect(['20.11.0', '20.19.1', '22.0.0', '101.0.0'].map(nodeProblem)).toEqual(['', '', '', '']);
    for (const old of ['20.10.9', '18.20.0', '8.0.0']) expect(nodeProblem(old)).toContain(`this is ${old}`);
  });
});
