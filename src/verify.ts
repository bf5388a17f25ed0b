// `npm run verify`: holds an instance's telemetry and books against their laws, reading only. Prints what was checked and
// how much of it; exit code 0: all hold, 1: the first break is printed, 2: it could not be looked at.
import './node-version.ts';

const { verifyInstance } = await import('./verify-instance.ts');
process.exitCode = await verifyInstance((line) => console.log(line));
