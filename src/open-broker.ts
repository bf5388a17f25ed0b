// `npm run broker`: the broker alone, open to everybody on this machine, for conformance suites and for trying devices
// out.
import './node-version.ts';

const { runOpenBroker } = await import('./open-broker-process.ts');
process.exitCode = await runOpenBroker(process.argv.slice(2));
