// `npm run demo`: a fresh instance with everything in it, and the demo's world living against it. The service runs in a
// process of its own, reached over HTTP and MQTT like any other.
import './node-version.ts';

const { runDemoProcess } = await import('./demo-process.ts');
process.exitCode = await runDemoProcess();
