// The process of `npm start`: arguments, environment, signals and exit codes; everything else is app.ts.
import './node-version.ts';

const { run } = await import('./service-process.ts');
process.exitCode = await run(process.argv.slice(2));
