// `npm run evaluate`: scores the predictor on recorded or simulated equipment. The figures are one JSON object on the
// standard output and in --out. Exit code 0: scored, 2: it could not be, and the message says why.
import './node-version.ts';

const { evaluateSuites } = await import('./evaluate-suites.ts');
process.exitCode = await evaluateSuites(process.argv.slice(2), { out: process.stdout, errors: process.stderr });
