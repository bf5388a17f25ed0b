// Runs one benchmark by its name; without a name lists them. The last line of a benchmark is one JSON object.

interface Bench {
  what: string;
  run: (args: readonly string[]) => Promise<void>;
}

const BENCHES: Record<string, Bench> = {
  ingest: {
    what: '1,000 devices publish at QoS 1: acknowledged messages and stored readings a second, against the broker alone and COPY',
    run: async (args) => (await import('./ingest.ts')).run(args),
  },
  'ack-latency': {
    what: 'from the publish of a device to its acknowledgement, at 5,000 messages a second of 1,000 devices',
    run: async (args) => (await import('./ack-latency.ts')).run(args),
  },
  'database-away': {
    what: 'the database goes away for a minute at 2,000 messages a second: connections dropped, readings lost, backlog',
    run: async (args) => (await import('./database-away.ts')).run(args),
  },
  'idle-connections': {
    what: '10,000 connections that say nothing: memory of the process that holds them [--connections N]',
    run: async (args) => (await import('./idle-connections.ts')).run(args),
  },
  flooding: {
    what: "one device floods the broker: the other devices' wait for their acknowledgement, with it and without it",
    run: async (args) => (await import('./flooding.ts')).run(args),
  },
  predictor: {
    what: 'readings a second that one core judges, against decoding them from JSON',
    run: async (args) => (await import('./predictor.ts')).run(args),
  },
  prognosis: {
    what: "a unit's log as a row and one component's trained answer, in microseconds, against the limit of 30",
    run: async (args) => (await import('./prognosis.ts')).run(args),
  },
  boosting: {
    what: 'boosted trees: training, answering and explaining, against trees written the plain way [--rows N --columns N]',
    run: async (args) => (await import('./boosting.ts')).run(args),
  },
  training: {
    what: 'a fleet at a steady rate with and without a model being trained: acknowledgements and their wait [--rate N --rounds N]',
    run: async (args) => (await import('./training.ts')).run(args),
  },
  'alert-latency': {
    what: 'from the publish of a faulty reading to its alert on an open dashboard, idle and with 1,000 readings/s beside it',
    run: async (args) => (await import('./alert-latency.ts')).run(args),
  },
  storage: {
    what: "a month's chart, the newest values of 10,000 devices and the insert rate with 100 million readings stored (--readings N)",
    run: async (args) => (await import('./storage.ts')).run(args),
  },
  compression: {
    what: "a simulated fleet's year of telemetry: bytes before and after compression (Timescale edition; --days N --interval-s N)",
    run: async (args) => (await import('./compression.ts')).run(args),
  },
  'time-machine': {
    what: 'a year of 60 devices judged anew by a rule and by the detector, against the limit of a minute [--devices N --days N]',
    run: async (args) => (await import('./time-machine.ts')).run(args),
  },
  reciprocal: {
    what: 'pools that serve each other: ours against the same in SQL and a dense solution [--pools N --pairs N]',
    run: async (args) => (await import('./reciprocal.ts')).run(args),
  },
  'allocation-run': {
    what: 'the full allocation of a month of a million facts, 200 pools on four levels: seconds and peak memory [--facts N --pools N]',
    run: async (args) => (await import('./allocation-run.ts')).run(args),
  },
  'live-cost': {
    what: 'one new fact to updated totals with a million facts in the month [--facts N --pools N --times N]',
    run: async (args) => (await import('./live-cost.ts')).run(args),
  },
  'cost-pivot': {
    what: 'any two cost dimensions crossed over two years, against GROUP BY and a tenth of the facts (--facts N)',
    run: async (args) => (await import('./cost-pivot.ts')).run(args),
  },
  explain: {
    what: 'down a pool with 200,000 receivers: a page, the next, one filtered, one receiver, against reading all (--receivers N)',
    run: async (args) => (await import('./explain.ts')).run(args),
  },
  contracts: {
    what: 'margins to the end of 500 contracts by simulation: all of them, again, one page, one; against the limit of a second (--contracts N)',
    run: async (args) => (await import('./contracts.ts')).run(args),
  },
  forecast: {
    what: 'forecasts of monthly series with their model chosen and bands made, against seasonal naive alone (--series N)',
    run: async (args) => (await import('./forecast.ts')).run(args),
  },
  'post-facts': {
    what: 'cost facts posted a second, in batches and one by one (--facts N)',
    run: async (args) => (await import('./post-facts.ts')).run(args),
  },
  start: {
    what: 'a fresh clone: npm ci, npm run demo until the first screen, the history and the first live alert; memory',
    run: async () => (await import('./start.ts')).run(),
  },
};

const [name, ...args] = process.argv.slice(2);
const bench = name === undefined ? undefined : BENCHES[name];
if (bench) await bench.run(args);
else {
  if (name !== undefined) console.error(`There is no benchmark "${name}".`);
  console.log('npm run bench -- NAME [--database embedded] [--seconds N]   (DATABASE_URL for a server)');
  for (const [known, { what }] of Object.entries(BENCHES)) console.log(`  ${known.padEnd(14)} ${what}`);
  process.exitCode = name === undefined ? 0 : 2;
}
